using System.Globalization;
using System.Text;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>
/// Ultralytics' layout: images, labels and data.yaml. A folder below images would be a split, so names have no folders. The form
/// has no scores.
/// </summary>
internal sealed class YoloExport(string output) : LabelExport(output, "yolo")
{
    public override IEnumerable<string> SharedFiles => [Path.Combine(Folder, "data.yaml")];

    public override IEnumerable<string> FilesOf(PredictedPicture picture) =>
    [
        Path.Combine(Folder, "images", FlatStemOf(picture) + ExtensionOf(picture)),
        Path.Combine(Folder, "labels", FlatStemOf(picture) + ".txt"),
    ];

    public override void Add(PredictedPicture picture, int width, int height, IReadOnlyList<OutlinedLeaf> leaves)
    {
        StringBuilder text = new();
        foreach (OutlinedLeaf leaf in leaves)
        {
            text.Append('0');
            for (int i = 0; i < leaf.Polygon.Length; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $" {leaf.Polygon[i] / (i % 2 == 0 ? width : height):0.########}");
            }

            text.Append('\n');
        }

        string[] files = [.. FilesOf(picture)];
        CopyPicture(picture, files[0]);
        WriteFile(files[1], stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public override void Complete() => WriteFile(
        SharedFiles.Single(), stream => stream.Write(Encoding.UTF8.GetBytes($"path: .\ntrain: images\nval: images\nnames:\n  0: {Leaf}\n")));

    private string FlatStemOf(PredictedPicture picture) => StemOf(picture).Replace('\\', '/').Replace("/", "__", StringComparison.Ordinal);
}
