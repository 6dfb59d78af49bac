using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.Benchmarks;

/// <summary>
/// How long a COCO file takes to open, and the highest memory of the process. Annotations are as long as those of COCO 2017,
/// half a kilobyte each, and a hundred of them lie in each picture.
/// </summary>
internal static class CocoOpening
{
    private const int LeavesOfPicture = 100;
    private const int Points = 36;
    private const int Side = 640;

    public static void Run(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        string folder = Directory.CreateTempSubdirectory("leafseg-coco-").FullName;
        try
        {
            string file = Path.Combine(folder, "instances.json");
            Write(folder, file, count);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} annotations, {new FileInfo(file).Length / 1e6:F1} MB; before: {ProcessCost.HighestResidentMb(Environment.ProcessId):F0} MB"));
            Measured open = new("opened", warmUp: 0), draw = new("opened, and every outline drawn", warmUp: 0);
            for (int round = 0; round < 3; round++)
            {
                Stopwatch watch = Stopwatch.StartNew();
                LabelledPictures pictures = LabelledPictures.Open(file);
                open.Add(watch.Elapsed.TotalMilliseconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: {watch.Elapsed.TotalSeconds:F2} s, at most {ProcessCost.HighestResidentMb(Environment.ProcessId):F0} MB"));
                pictures.RequireWhole(CancellationToken.None);
                draw.Add(watch.Elapsed.TotalMilliseconds);
            }

            Console.WriteLine(open);
            Console.WriteLine(draw);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"highest memory {ProcessCost.HighestResidentMb(Environment.ProcessId):F0} MB"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string folder, string file, int count)
    {
        int pictures = (count + LeavesOfPicture - 1) / LeavesOfPicture;
        byte[] picture = ImageFile.Encode(new RgbImage(Side, Side), ".png");
        using StreamWriter json = new(file);
        json.Write("{\"images\":[");
        for (int i = 0; i < pictures; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i:000000}.png"), picture);
            json.Write(FormattableString.Invariant($"{(i > 0 ? "," : "")}{{\"id\":{i + 1},\"file_name\":\"{i:000000}.png\",\"width\":{Side},\"height\":{Side}}}"));
        }

        json.Write("],\"categories\":[{\"id\":1,\"name\":\"leaf\"}],\"annotations\":[");
        for (int i = 0; i < count; i++)
        {
            int place = i % LeavesOfPicture;
            (double x, double y) = (32 + (64 * (place % 10)), 32 + (64 * (place / 10)));
            string ring = string.Join(',', Enumerable.Range(0, Points).Select(point => FormattableString.Invariant(
                $"{x + (28 * Math.Cos(point * 2 * Math.PI / Points)):F2},{y + (16 * Math.Sin(point * 2 * Math.PI / Points)):F2}")));
            json.Write(FormattableString.Invariant(
                $"{(i > 0 ? "," : "")}{{\"id\":{i + 1},\"image_id\":{(i / LeavesOfPicture) + 1},\"category_id\":1,\"iscrowd\":0,\"area\":1407.4,\"bbox\":[{x - 28},{y - 16},56,32],\"segmentation\":[[{ring}]]}}"));
        }

        json.Write("]}");
    }
}
