using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>A picture's labels on disk: read wherever <c>train</c> finds them, written as <c>NAME_label.png</c>.</summary>
/// <param name="picture">The picture's file.</param>
internal sealed class LabelledFile(string picture)
{
    public string Picture { get; } = picture;

    /// <summary>What is written.</summary>
    public string Labels { get; } = PictureNames.StemOf(picture) + LabelPictureFolder.LabelSuffix;

    /// <summary>What distinguishes one state of the file from another; null: there is none.</summary>
    public (DateTime Written, long Length)? Stamp()
    {
        FileInfo file = new(Labels);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
    }

    /// <returns>Null: another program wrote the labels, or there are none.</returns>
    public LabelNote? Note() => File.Exists(Labels) ? LabelNote.Of(Labels) : null;

    /// <summary>Whether there are labels, whichever program wrote them.</summary>
    public bool Exists => LabelPictureFolder.LabelsBeside(Picture) is not null;

    /// <returns>Labels of the picture's size; null: there are none.</returns>
    /// <exception cref="ImageFileException">A file cannot be read.</exception>
    /// <exception cref="DatasetException">They are not labels, or of another size.</exception>
    public LabelMap? Read(int width, int height, Orientation orientation)
    {
        if (LabelPictureFolder.LabelsBeside(Picture) is not string file)
        {
            return null;
        }

        LabelMap labels = file == Labels && LabelNote.Of(file) is not null ? ReadOwn(file) : LabelFile.Read(file);
        if (labels.Width == height && labels.Height == width && width != height && orientation.SwapsSides())
        {
            labels = Upright.Turn(labels, orientation);
        }

        return labels.Width == width && labels.Height == height ? labels : throw new DatasetException(
            $"{file}: labels of {labels.Width}x{labels.Height} for a picture of {width}x{height}; they must be of one size. Put the right file there, "
            + "or move it away to let the model draw anew",
            FindingKind.SizesDiffer);
    }

    /// <exception cref="IOException">The disk refuses; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">So does the folder.</exception>
    public void Write(LabelMap map, LabelNote note) => DurableFile.Write(Labels, note.WriteInto(LabelPicture.Encode(map)));

    /// <summary>Keeps labels beside the file, under a name that nothing reads.</summary>
    /// <returns>The file's name.</returns>
    public string Keep(LabelMap map, LabelNote note)
    {
        string kept = KeptName(note.Time);
        DurableFile.Write(kept, note.WriteInto(LabelPicture.Encode(map)));
        return Path.GetFileName(kept);
    }

    /// <summary>Keeps the file as it is, before it is written over; see <see cref="Keep"/>.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void KeepOriginal(DateTimeOffset time)
    {
        if (File.Exists(Labels))
        {
            DurableFile.Write(KeptName(time), File.ReadAllBytes(Labels));
        }
    }

    private string KeptName(DateTimeOffset time) => $"{Labels}.{time.UtcDateTime:yyyyMMdd-HHmmss-fff}.kept";

    /// <summary>Labels with a note were written here and need no check for blended colours, which takes 24 bytes a pixel.</summary>
    internal static LabelMap ReadOwn(string path)
    {
        byte[] file = PictureFile.ReadBytes(path);
        PictureFormat format = PictureFormat.Of(file, path);
        if (format.Colours == PictureColours.Indexed)
        {
            (byte[] indices, int width, int height, _) = IndexedPng.Read(file, format, path);
            LabelMap map = new(width, height);
            for (int i = 0; i < indices.Length; i++)
            {
                map.Labels[i] = indices[i];
            }

            return map;
        }

        using OpenCvSharp.Mat grey = PictureDecoder.DecodeMat(file, format, OpenCvSharp.ImreadModes.Unchanged, path);
        if (grey.Type() != OpenCvSharp.MatType.CV_16UC1)
        {
            return LabelFile.Read(path);
        }

        grey.GetArray(out ushort[] labels);
        return new LabelMap(grey.Cols, grey.Rows, labels);
    }
}
