using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Tests.Datasets;

/// <summary>A folder in which a test lays pictures and masks; gone with it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-data-");

    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A path below, its folder made.</summary>
    public string In(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Two leaves, 20 x 10 and 6 x 6, in a picture of 48 x 32.</summary>
    public static LabelMap TwoLeaves()
    {
        LabelMap map = new(48, 32);
        Fill(map, 1, 4, 5, 24, 15);
        Fill(map, 2, 30, 20, 36, 26);
        return map;
    }

    public static void Fill(LabelMap map, ushort label, int x1, int y1, int x2, int y2)
    {
        for (int y = y1; y < y2; y++)
        {
            for (int x = x1; x < x2; x++)
            {
                map[x, y] = label;
            }
        }
    }

    /// <summary>A picture in which every pixel is another, so that a loss of any shows.</summary>
    public static RgbImage Picture(int width = 48, int height = 32)
    {
        RgbImage image = new(width, height);
        new Random(1).NextBytes(image.Pixels);
        return image;
    }

    /// <summary>NAME_rgb.png and NAME_label.png.</summary>
    public void WritePair(string name, LabelMap? labels = null)
    {
        labels ??= TwoLeaves();
        ImageFile.Write(In($"{name}_rgb.png"), Picture(labels.Width, labels.Height));
        ColourMask.Write(In($"{name}_label.png"), labels);
    }

    /// <summary>A PNG of any OpenCV type.</summary>
    public void WriteMat(string name, Mat mat)
    {
        using (mat)
        {
            Cv2.ImWrite(In(name), mat);
        }
    }

    /// <summary>The only picture there is.</summary>
    public LeafPicture ReadOne() => Assert.Single(Enumerable.Range(0, LabelledPictures.Open(Path).Count).Select(LabelledPictures.Open(Path).Read));
}
