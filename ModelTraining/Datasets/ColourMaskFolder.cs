using System.Security.Cryptography;
using System.Text;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>
/// A folder in the CSIRO layout: <c>NAME_rgb.png</c> with its colour mask <c>NAME_label.png</c>, taken in the order
/// of their names.
/// </summary>
internal sealed class ColourMaskFolder : LabelledPictures
{
    private const string PictureSuffix = "_rgb.png";
    private const string MaskSuffix = "_label.png";

    private readonly string[] names;

    private ColourMaskFolder(string folder, string[] names)
        : base(folder)
    {
        this.names = names;
    }

    public override IReadOnlyList<string> Names => names;

    /// <exception cref="DatasetException">No such folder, no pictures, or a picture or mask without the other.</exception>
    public static new ColourMaskFolder Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"{folder}: no such folder; expected NAME{PictureSuffix} and NAME{MaskSuffix} in it");
        }

        string[] pictures = NamesWith(folder, PictureSuffix);
        string[] masks = NamesWith(folder, MaskSuffix);
        if (pictures.Length == 0)
        {
            throw new DatasetException(
                $"{folder}: no NAME{PictureSuffix} in it; 'leafseg-train synth --out {folder}' would render some");
        }

        string[] lone = [.. pictures.Except(masks).Select(n => n + PictureSuffix), .. masks.Except(pictures).Select(n => n + MaskSuffix)];
        if (lone.Length > 0)
        {
            throw new DatasetException(
                $"{folder}: {lone.Length} files stand alone, {lone[0]} first; every NAME{PictureSuffix} needs its NAME{MaskSuffix}");
        }

        return new ColourMaskFolder(folder, pictures);
    }

    public override LeafPicture Read(int index)
    {
        string name = names[index];
        RgbImage image = ImageFile.Read(Path.Combine(Folder, name + PictureSuffix));
        LabelMap labels = ColourMask.Read(Path.Combine(Folder, name + MaskSuffix));
        if (image.Width != labels.Width || image.Height != labels.Height)
        {
            throw new DatasetException(
                $"{Path.Combine(Folder, name)}: the picture is {image.Width}x{image.Height}, its mask {labels.Width}x{labels.Height}; "
                + "they must be of one size");
        }

        return new LeafPicture(name, image, labels);
    }

    public override string Digest(CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in names.SelectMany(name => new[] { name + PictureSuffix, name + MaskSuffix }))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))));
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static string[] NamesWith(string folder, string suffix) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + suffix)
            .Select(path => Path.GetFileName(path)[..^suffix.Length])
            .Order(StringComparer.Ordinal),
    ];
}
