using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Reporting;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>Pictures of any layout into one: <see cref="PreparedFolder"/>. What cannot be used is left out and counted.</summary>
internal sealed class DatasetPreparation
{
    private readonly IReadOnlyList<LabelledPictures> sources;
    private readonly PrepareSettings settings;
    private readonly PictureGroups groups;
    private readonly List<(LabelledPictures Source, int Index, string Id, string Group)> places = [];
    private readonly ConcurrentBag<PreparedPicture> written = [];
    private readonly ConcurrentQueue<Finding> findings = [];

    public DatasetPreparation(IReadOnlyList<LabelledPictures> sources, PrepareSettings settings)
    {
        this.sources = sources;
        this.settings = settings;
        groups = new PictureGroups(settings.GroupRule);
        GivePlaces();
    }

    /// <summary>Pictures to read.</summary>
    public int Count => places.Count;

    /// <summary>Everything odd so far.</summary>
    public IReadOnlyList<Finding> Findings => [.. sources.SelectMany(source => source.Findings), .. findings];

    /// <summary>Writes the pictures, their masks and the index into a folder.</summary>
    /// <returns>The lines of the index.</returns>
    /// <exception cref="DatasetException">Not one picture can be used.</exception>
    public IReadOnlyList<PreparedPicture> Write(string folder, Action advance, CancellationToken cancellation)
    {
        // A picture is one thread's work; OpenCV's own threads would only get in the way of the other pictures.
        Cv2.SetNumThreads(1);
        try
        {
            Parallel.ForEach(places, new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation }, place =>
            {
                WriteIfUsable(folder, place.Source, place.Index, place.Id, place.Group);
                advance();
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        if (written.IsEmpty)
        {
            throw LabelLoss.NothingUsable(string.Join(", ", sources.Select(source => source.Folder)), places.Count, Findings);
        }

        LabelLoss.CheckPictures(string.Join(", ", sources.Select(source => source.Folder)), written.Count, Findings, settings.Rules);
        long slivers = findings.Where(finding => finding.Kind == FindingKind.Sliver).Sum(finding => (long)finding.Count);
        LabelLoss.Check(
            string.Join(", ", sources.Select(source => source.Folder)), slivers + written.Sum(picture => (long)picture.Shape.Leaves.Count), Findings, settings.Rules);
        return Divide(folder);
    }

    private void GivePlaces()
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (LabelledPictures source in sources)
        {
            // Two sources may both have a plant 1, but what a rule takes from a name is the plant wherever it lies.
            string prefix = sources.Count == 1 || settings.GroupRule is not null ? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Folder))) + "/";
            for (int i = 0; i < source.Count; i++)
            {
                string name = source.Names[i];
                string id = AsFolderName(name);
                for (int number = 2; !taken.Add(id); number++)
                {
                    id = $"{AsFolderName(name)}-{number}";
                }

                places.Add((source, i, id, prefix + groups.Of(name)));
            }
        }
    }

    private static string AsFolderName(string name)
    {
        string safe = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_'));
        return safe.StartsWith('.') ? $"_{safe[1..]}" : safe;
    }

    private void WriteIfUsable(string folder, LabelledPictures source, int index, string id, string group)
    {
        try
        {
            LeafPicture picture = source.Read(index);
            List<Finding> found = [.. picture.Findings];
            SurveyedPicture shape = DropSlivers(SurveyedPicture.Of(id, picture.Labels), picture.Name, found);
            WritePicture(Path.Combine(folder, PreparedFolder.Train, id), id, picture, shape);
            written.Add(new PreparedPicture { Id = id, Source = picture.Name, Group = group, Shape = shape });
            found.ForEach(findings.Enqueue);
        }
        catch (ImageFileException e)
        {
            findings.Enqueue(new Finding(FindingKind.Unreadable, source.Names[index], e.Message));
        }
        catch (DatasetException e)
        {
            findings.Enqueue(new Finding(e.Kind, source.Names[index], e.Message));
        }
    }

    private SurveyedPicture DropSlivers(SurveyedPicture shape, string name, List<Finding> found)
    {
        SurveyedPicture.Leaf[] slivers = [.. shape.Leaves.Where(leaf => leaf.Area < settings.MinimumArea)];
        if (slivers.Length > 0)
        {
            string areas = string.Join(", ", slivers.Select(leaf => leaf.Area));
            found.Add(new Finding(FindingKind.Sliver, name, $"{areas} pixels, smallest allowed {settings.MinimumArea}", slivers.Length));
        }

        return shape with { Leaves = [.. shape.Leaves.Except(slivers)] };
    }

    private static void WritePicture(string folder, string id, LeafPicture picture, SurveyedPicture shape)
    {
        string images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        string masks = Directory.CreateDirectory(Path.Combine(folder, "masks")).FullName;
        ImageFile.Write(Path.Combine(images, $"{id}.png"), picture.Image);
        for (int leaf = 0; leaf < shape.Leaves.Count; leaf++)
        {
            File.WriteAllBytes(Path.Combine(masks, $"{leaf + 1:000}.png"), LeafMask.Encode(picture.Labels, shape.Leaves[leaf].Label));
        }

        IReadOnlyList<(ushort Label, int Area)> regions = picture.Ignored?.Areas() ?? [];
        string ignored = regions.Count == 0 ? "" : Directory.CreateDirectory(Path.Combine(folder, "ignored")).FullName;
        for (int region = 0; region < regions.Count; region++)
        {
            File.WriteAllBytes(Path.Combine(ignored, $"{region + 1:000}.png"), LeafMask.Encode(picture.Ignored!, regions[region].Label));
        }
    }

    private PreparedPicture[] Divide(string folder)
    {
        HashSet<string> validation = Split.Validation(written.Select(picture => picture.Group), settings.ValidationShare, settings.Seed);
        PreparedPicture[] index =
        [
            .. written.OrderBy(picture => picture.Id, StringComparer.Ordinal)
                .Select(picture => picture with { Split = validation.Contains(picture.Group) ? PreparedFolder.Validation : PreparedFolder.Train }),
        ];
        Directory.CreateDirectory(Path.Combine(folder, PreparedFolder.Validation));
        foreach (PreparedPicture picture in index.Where(picture => picture.Split == PreparedFolder.Validation))
        {
            Directory.Move(Path.Combine(folder, PreparedFolder.Train, picture.Id), Path.Combine(folder, PreparedFolder.Validation, picture.Id));
        }

        using CsvFile file = new(new StreamWriter(Path.Combine(folder, PreparedFolder.Index)), PreparedFolder.IndexHeader.Split(','));
        foreach (PreparedPicture picture in index)
        {
            file.Add(picture.Cells);
        }

        return index;
    }
}
