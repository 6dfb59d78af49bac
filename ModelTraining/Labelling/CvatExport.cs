using System.Globalization;
using System.Xml;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Labelling;

/// <summary>
/// "CVAT for images 1.1": annotations.xml with a polygon a leaf, or a mask where it has a hole or lies in pieces. CVAT refuses
/// attributes that its task does not know, so there is no score.
/// </summary>
internal sealed class CvatExport(string output) : LabelExport(output, "cvat")
{
    private const string FileName = "annotations.xml";

    private readonly List<(string Name, int Width, int Height, IReadOnlyList<OutlinedLeaf> Leaves)> pictures = [];

    public override IEnumerable<string> SharedFiles => [Path.Combine(Folder, FileName)];

    /// <summary>A page of a TIFF file; other pictures are those of the task.</summary>
    public override IEnumerable<string> FilesOf(PredictedPicture picture) => picture.IsPage ? [Path.Combine(Folder, "images", NameOf(picture))] : [];

    public override void Add(PredictedPicture picture, int width, int height, IReadOnlyList<OutlinedLeaf> leaves)
    {
        foreach (string page in FilesOf(picture))
        {
            CopyPicture(picture, page);
        }

        pictures.Add((NameOf(picture), width, height, leaves));
    }

    public override void Complete() => WriteFile(SharedFiles.Single(), stream =>
    {
        using XmlWriter xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true });
        xml.WriteStartElement("annotations");
        xml.WriteElementString("version", "1.1");
        for (int i = 0; i < pictures.Count; i++)
        {
            (string name, int width, int height, IReadOnlyList<OutlinedLeaf> leaves) = pictures[i];
            xml.WriteStartElement("image");
            xml.WriteAttributeString("id", Text(i));
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("width", Text(width));
            xml.WriteAttributeString("height", Text(height));
            foreach (OutlinedLeaf leaf in leaves)
            {
                Write(xml, leaf, z: leaves.Count - leaf.Number);
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    });

    private static void Write(XmlWriter xml, OutlinedLeaf leaf, int z)
    {
        xml.WriteStartElement(leaf.IsSimple ? "polygon" : "mask");
        xml.WriteAttributeString("label", Leaf);
        xml.WriteAttributeString("source", "auto");
        xml.WriteAttributeString("occluded", "0");
        if (leaf.IsSimple)
        {
            xml.WriteAttributeString("points", string.Join(';', leaf.Polygon.Chunk(2).Select(point => string.Create(CultureInfo.InvariantCulture, $"{point[0]:0.00},{point[1]:0.00}"))));
        }
        else
        {
            PixelBox box = leaf.Mask.Box;
            xml.WriteAttributeString("rle", string.Join(", ", RowRuns(leaf.Mask.ToMask(), leaf.Mask.Width, box)));
            xml.WriteAttributeString("left", Text(box.X1));
            xml.WriteAttributeString("top", Text(box.Y1));
            xml.WriteAttributeString("width", Text(box.Width));
            xml.WriteAttributeString("height", Text(box.Height));
        }

        xml.WriteAttributeString("z_order", Text(z));
        xml.WriteEndElement();
    }

    /// <summary>Lengths of background and leaf in turn, row by row within the box; the first is background and may be 0.</summary>
    private static List<int> RowRuns(bool[] mask, int width, PixelBox box)
    {
        List<int> runs = [0];
        bool inside = false;
        for (int y = box.Y1; y < box.Y2; y++)
        {
            for (int x = box.X1; x < box.X2; x++)
            {
                if (mask[(y * width) + x] != inside)
                {
                    inside = !inside;
                    runs.Add(0);
                }

                runs[^1]++;
            }
        }

        return runs;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
