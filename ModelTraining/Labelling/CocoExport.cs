using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>
/// COCO's instances: polygons, and compressed run lengths for leaves with holes or in pieces (pycocotools fills the holes of
/// polygons). Each leaf carries its score as results do. Pictures and file lie as datumaro has them.
/// </summary>
internal sealed class CocoExport(string output) : LabelExport(output, "coco")
{
    private const string FileName = "annotations/instances_default.json";

    private readonly List<(string Name, int Width, int Height, IReadOnlyList<OutlinedLeaf> Leaves)> pictures = [];

    public override IEnumerable<string> SharedFiles => [Path.Combine(Folder, FileName)];

    public override IEnumerable<string> FilesOf(PredictedPicture picture) => [Path.Combine(Folder, "images", NameOf(picture))];

    public override void Add(PredictedPicture picture, int width, int height, IReadOnlyList<OutlinedLeaf> leaves)
    {
        CopyPicture(picture, FilesOf(picture).Single());
        pictures.Add((NameOf(picture), width, height, leaves));
    }

    public override void Complete() => WriteFile(SharedFiles.Single(), stream =>
    {
        using Utf8JsonWriter json = new(stream);
        Write(json);
    });

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteEndObject();
        json.WriteStartArray("licenses");
        json.WriteEndArray();
        json.WriteStartArray("categories");
        json.WriteStartObject();
        json.WriteNumber("id", 1);
        json.WriteString("name", Leaf);
        json.WriteString("supercategory", "plant");
        json.WriteEndObject();
        json.WriteEndArray();

        json.WriteStartArray("images");
        for (int i = 0; i < pictures.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("file_name", pictures[i].Name);
            json.WriteNumber("width", pictures[i].Width);
            json.WriteNumber("height", pictures[i].Height);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        int id = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            foreach (OutlinedLeaf leaf in pictures[i].Leaves)
            {
                Write(json, ++id, i + 1, leaf);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, int id, int picture, OutlinedLeaf leaf)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", picture);
        json.WriteNumber("category_id", 1);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("area", leaf.Mask.Area);
        PixelBox box = leaf.Mask.Box;
        WriteNumbers(json, "bbox", [box.X1, box.Y1, box.Width, box.Height]);
        json.WriteNumber("score", Math.Round(leaf.Score, 4));
        if (leaf.IsSimple)
        {
            json.WriteStartArray("segmentation");
            WriteNumbers(json, null, leaf.Polygon);
            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject("segmentation");
            WriteNumbers(json, "size", [leaf.Mask.Height, leaf.Mask.Width]);
            json.WriteString("counts", leaf.Mask.ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, ReadOnlySpan<double> numbers)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }

        foreach (double number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
