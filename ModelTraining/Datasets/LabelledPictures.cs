namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures with their true leaves, whatever the layout on disk. Reading is safe from several threads at once.</summary>
internal abstract class LabelledPictures
{
    protected LabelledPictures(string folder)
    {
        Folder = folder;
    }

    /// <summary>Where the pictures were opened, as the person named it.</summary>
    public string Folder { get; }

    /// <summary>What the pictures are called, in the order in which they are read.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    public int Count => Names.Count;

    /// <summary>Opens whatever layout <paramref name="path"/> holds.</summary>
    /// <exception cref="DatasetException">No such folder, or nothing in it that can be read.</exception>
    public static LabelledPictures Open(string path) => ColourMaskFolder.Open(path);

    /// <summary>Reads picture number <paramref name="index"/>: RGB, and labels of its own size with 0 for the background.</summary>
    /// <exception cref="LeafSeg.Common.Imaging.ImageFileException">A file is not a whole picture.</exception>
    /// <exception cref="DatasetException">Picture and mask do not belong together.</exception>
    public abstract LeafPicture Read(int index);

    /// <summary>"sha256:..." over the names and bytes of everything that is read, the same wherever the folder lies.</summary>
    public abstract string Digest(CancellationToken cancellation);
}
