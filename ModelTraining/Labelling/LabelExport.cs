using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>
/// Writes outlines in the form of a labelling tool into a folder of its own, which the tool and <c>prepare</c> read: picture by
/// picture, and what all share in the end.
/// </summary>
/// <param name="output">The folder that is made in.</param>
/// <param name="name">Of the folder that is made.</param>
internal abstract class LabelExport(string output, string name)
{
    /// <summary>The class of every object in every form.</summary>
    protected const string Leaf = "leaf";

    /// <summary>Files that every call of <see cref="Complete"/> writes.</summary>
    public virtual IEnumerable<string> SharedFiles => [];

    protected string Folder { get; } = Path.Combine(output, name);

    /// <summary>The writer of a form.</summary>
    /// <param name="format">The form.</param>
    /// <param name="output">Everything is written below it.</param>
    public static LabelExport Create(LabelFormat format, string output) => format switch
    {
        LabelFormat.Coco => new CocoExport(output),
        LabelFormat.Labelme => new LabelmeExport(output),
        LabelFormat.Yolo => new YoloExport(output),
        LabelFormat.Cvat => new CvatExport(output),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Files that <see cref="Add"/> writes for a picture.</summary>
    public virtual IEnumerable<string> FilesOf(PredictedPicture picture) => [];

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">Its file and name.</param>
    /// <param name="width">Of the picture as it is shown upright, in pixels.</param>
    /// <param name="height">Of the same.</param>
    /// <param name="leaves">The surest first.</param>
    public abstract void Add(PredictedPicture picture, int width, int height, IReadOnlyList<OutlinedLeaf> leaves);

    /// <summary>Writes the files that all pictures share.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>The picture's name with '/', as label files have it; a page is written as a picture of its own.</summary>
    protected static string NameOf(PredictedPicture picture) => Path.ChangeExtension(picture.Name, ExtensionOf(picture)).Replace('\\', '/');

    protected static string ExtensionOf(PredictedPicture picture) => picture.IsPage ? ".png" : Path.GetExtension(picture.Source);

    /// <summary>Folder and name of a picture's own files, without extension, relative to the output folder.</summary>
    protected string StemOf(PredictedPicture picture) =>
        Path.GetRelativePath(output, picture.Label)[..^LabelPictureFolder.LabelSuffix.Length];

    /// <summary>Writes a file, in a folder that may have to be made.</summary>
    protected static void WriteFile(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Write(path, write);
    }

    /// <summary>Copies the picture, or writes the page: the form finds it by its place alone.</summary>
    protected static void CopyPicture(PredictedPicture picture, string path) => WriteFile(path, stream =>
    {
        if (picture.IsPage)
        {
            stream.Write(ImageFile.Encode(ImageFile.Open(picture.Source, picture.Page).Image, ".png"));
            return;
        }

        using FileStream source = File.OpenRead(picture.Source);
        source.CopyTo(stream);
    });
}
