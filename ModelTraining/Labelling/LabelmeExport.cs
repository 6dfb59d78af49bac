using System.Globalization;
using System.Text.Json;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>labelme's JSON, a file a picture, which names its picture by a relative path; a page of a TIFF file is written beside it. The score is in the description.</summary>
internal sealed class LabelmeExport(string output) : LabelExport(output, "labelme")
{
    /// <summary>Newest version whose files every labelme since 5.0 opens.</summary>
    private const string Version = "5.0.1";

    public override IEnumerable<string> FilesOf(PredictedPicture picture) =>
        [Path.Combine(Folder, StemOf(picture) + ".json"), .. picture.IsPage ? [Path.Combine(Folder, StemOf(picture) + ".png")] : Array.Empty<string>()];

    public override void Add(PredictedPicture picture, int width, int height, IReadOnlyList<OutlinedLeaf> leaves)
    {
        string[] files = [.. FilesOf(picture)];
        string file = files[0], shown = picture.IsPage ? files[1] : picture.Source;
        if (picture.IsPage)
        {
            CopyPicture(picture, shown);
        }

        WriteFile(file, stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteString("version", Version);
            json.WriteStartObject("flags");
            json.WriteEndObject();
            json.WriteStartArray("shapes");
            foreach (OutlinedLeaf leaf in leaves)
            {
                Write(json, leaf);
            }

            json.WriteEndArray();
            json.WriteString("imagePath", Path.GetRelativePath(Path.GetDirectoryName(file)!, shown).Replace('\\', '/'));
            json.WriteNull("imageData");
            json.WriteNumber("imageHeight", height);
            json.WriteNumber("imageWidth", width);
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, OutlinedLeaf leaf)
    {
        json.WriteStartObject();
        json.WriteString("label", Leaf);
        json.WriteStartArray("points");
        for (int i = 0; i < leaf.Polygon.Length; i += 2)
        {
            json.WriteStartArray();
            json.WriteNumberValue(leaf.Polygon[i]);
            json.WriteNumberValue(leaf.Polygon[i + 1]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNull("group_id");
        json.WriteString("shape_type", "polygon");
        json.WriteStartObject("flags");
        json.WriteEndObject();
        json.WriteString("description", string.Create(CultureInfo.InvariantCulture, $"leaf {leaf.Number}, score {leaf.Score:0.00}"));
        json.WriteEndObject();
    }
}
