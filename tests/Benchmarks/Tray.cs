using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;
using LeafSeg.Common.Traits;

namespace LeafSeg.Benchmarks;

/// <summary>
/// A tray of 20 pots, 2592 x 1944, by two models in turn: the older one pot by pot, as version 0.6.0 did, the newer one as the agent
/// does it now. Each is a process of its own, since memory is compared too.
/// </summary>
internal static class Tray
{
    private const int Width = 2592, Height = 1944, Columns = 5, Rows = 4, GapPx = 32, WarmUp = 2;
    private const double TimeTarget = 0.35, MemoryTarget = 0.6;

    public static void Run(string[] args)
    {
        if (args.Length < 2)
        {
            throw new ArgumentException("give the older model and the newer one, as in: tray leafseg-0.6.0.onnx leafseg-0.7.0.onnx");
        }

        int rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 15;
        string picture = args.Length > 3 ? args[3] : "rendered";
        using TraySide older = new(args[0], atOnce: "1", picture), newer = new(args[1], atOnce: "all", picture);
        Console.WriteLine($"A tray of {Columns * Rows} pots, {Width} x {Height}, {picture}, {Environment.ProcessorCount} cores: pots, then masks and traits");
        for (int i = 0; i < rounds + WarmUp; i++)
        {
            older.Look();
            newer.Look();
        }

        Console.WriteLine(older);
        Console.WriteLine(newer);
        Say("time", newer.Median / older.Median, TimeTarget);
        Say("resident memory, highest", newer.PeakMb / older.PeakMb, MemoryTarget);

        static void Say(string what, double ratio, double target) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ratio of {what,-38}{ratio,6:F2}   (at most {target} is asked for)"));
    }

    /// <summary>One of the two: a line in, a line with milliseconds, leaves and highest resident memory (MB) out.</summary>
    public static void RunSide(string[] args)
    {
        RgbImage tray = args[2] == "rendered" ? Rendered() : ImageFile.Read(args[2]);
        using LeafModel model = LeafModel.Open(args[0]);
        int atOnce = args[1] == "all" ? model.AtOnce : int.Parse(args[1], CultureInfo.InvariantCulture);
        Pot[] pots = [.. Enumerable.Range(0, Columns * Rows).Select(i => PotAt(i, tray.Width, tray.Height))];
        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            long begin = Stopwatch.GetTimestamp();
            PottedLeaves found = PottedLeaves.Find(tray, pots, 0, model.Find, atOnce);
            PlantTraits.MeasureEach(found.Paste(tray), found.Places, null);
            double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{milliseconds} {found.Leaves.Count} {ProcessCost.HighestResidentMb(Environment.ProcessId)}"));
        }
    }

    private static Pot PotAt(int number, int width, int height)
    {
        int left = number % Columns * width / Columns, top = number / Columns * height / Rows;
        int right = ((number % Columns) + 1) * width / Columns, bottom = ((number / Columns) + 1) * height / Rows;
        return new Pot($"p{number + 1}", new PixelBox(left + (GapPx / 2), top + (GapPx / 2), right - (GapPx / 2), bottom - (GapPx / 2)));
    }

    /// <summary>Twenty plants of one to twenty leaves and more, among them two pots of bare soil.</summary>
    private static RgbImage Rendered()
    {
        RgbImage tray = new(Width, Height);
        for (int number = 0; number < Columns * Rows; number++)
        {
            PixelBox place = PotAt(number, Width, Height).Box;
            bool empty = number % 10 == 3;
            RgbImage plant = RosetteRenderer.Render(
                new RosetteSettings { Size = Math.Max(place.Width, place.Height), NoPlantShare = empty ? 1 : 0 }, (ulong)number + 1).Image;
            for (int y = 0; y < Math.Min(place.Height, plant.Height); y++)
            {
                plant.Pixels.AsSpan(y * plant.Width * 3, Math.Min(place.Width, plant.Width) * 3).CopyTo(tray.Pixels.AsSpan(tray.IndexOf(place.X1, place.Y1 + y)));
            }
        }

        return tray;
    }
}
