using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>The pictures of a folder, by number, and the order in which they are corrected.</summary>
internal sealed class LabellingFolder
{
    private LabellingFolder(string location, IReadOnlyList<LabellingPicture> pictures)
    {
        (Location, Pictures) = (location, pictures);
    }

    /// <summary>As it was given.</summary>
    public string Location { get; }

    public IReadOnlyList<LabellingPicture> Pictures { get; }

    public int Accepted => Pictures.Count(picture => picture.State == PictureState.Accepted);

    /// <summary>Mean time of the accepted pictures, in seconds; null: none was accepted here.</summary>
    public double? SecondsEach => Pictures.Where(picture => picture is { State: PictureState.Accepted, Note.Seconds: > 0 }).Select(picture => (double?)picture.Note!.Seconds).Average();

    /// <summary>
    /// Numbers of the pictures: those that somebody has begun first, then the most doubtful, then those that the model has not seen, then those that another program
    /// labelled, then those that are done, then those that cannot be used.
    /// </summary>
    public IReadOnlyList<int> Order() =>
    [
        .. Enumerable.Range(0, Pictures.Count).OrderBy(i => Pictures[i].State switch
        {
            PictureState.Edited or PictureState.Unsaved => 0,
            PictureState.Drafted => 1,
            PictureState.Waiting => 2,
            PictureState.Labelled => 3,
            PictureState.Accepted => 4,
            _ => 5,
        }).ThenByDescending(i => Pictures[i].Doubt ?? 0).ThenBy(i => i),
    ];

    /// <summary>The next picture to correct after one; those that wait for the disk alone come last.</summary>
    /// <returns>Null: none is left.</returns>
    public int? NextAfter(int index) =>
        Order().Where(i => i != index && Pictures[i].State is not (PictureState.Accepted or PictureState.Unusable))
            .OrderBy(i => Pictures[i].State == PictureState.Unsaved).Select(i => (int?)i).FirstOrDefault();

    /// <summary>All pictures in and below a folder that <c>train</c> would find labels of.</summary>
    /// <exception cref="DatasetException">
    /// No such folder, no picture in it, labels in another layout, two pictures whose labels would be one file, or nothing can be written.
    /// </exception>
    public static LabellingFolder Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"{folder}: no such folder; expected a folder of pictures");
        }

        RequireOwnLayout(folder);
        string root = Path.GetFullPath(folder);
        LabellingPicture[] pictures =
        [
            .. PictureFiles.In(root, recursive: true).Files.Select(file => new LabellingPicture(new LabelledFile(file), Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))),
        ];
        if (pictures.GroupBy(picture => picture.File.Labels).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new DatasetException(
                $"{string.Join(" and ", twice.Select(picture => picture.File.Picture))} would both have their labels in {twice.Key}; rename one of them");
        }

        foreach (string below in pictures.Select(picture => Path.GetDirectoryName(picture.File.Labels)!).Distinct())
        {
            RequireWritable(below);
        }

        foreach (LabellingPicture picture in pictures)
        {
            picture.Look();
        }

        return new LabellingFolder(folder, pictures);
    }

    private static void RequireOwnLayout(string folder)
    {
        LabelledPictures known;
        try
        {
            known = LabelledPictures.Recognise(folder);
        }
        catch (Exception e) when (e is DatasetException or ImageFileException)
        {
            // No labels yet, as most folders.
            return;
        }

        if (known is not LabelPictureFolder)
        {
            throw new DatasetException(
                $"{folder}: labelled already, in another layout: {known.Layout}. label reads and writes NAME_label.png beside each picture; "
                + "correct these labels in the tool that they came from, or copy the pictures alone into a folder of their own");
        }
    }

    private static void RequireWritable(string folder)
    {
        try
        {
            string trial = Path.Combine(folder, $".leafseg-{Guid.NewGuid():N}");
            using FileStream file = new(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatasetException($"{folder}: nothing can be written into it ({e.Message}); labels are written beside their pictures. Make it writable, or copy the pictures to where you may write");
        }
    }
}
