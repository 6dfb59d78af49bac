using System.Diagnostics;
using System.Globalization;
using LeafSeg.Browser;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Benchmarks;

/// <summary>
/// The label page as a person meets it: 1,000 pictures in the folder, the first of 6000 x 4000 pixels with 400 leaves, in a
/// headless Chromium that draws in software.
/// </summary>
internal static class LabelPageSpeed
{
    private const int Columns = 20, Cell = 300, Rows = 4000 / 200, CellHeight = 200, Pictures = 1000, Wheels = 80;

    public static async Task RunAsync(string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-label-");
        try
        {
            WritePictures(folder.FullName);
            await MeasureAsync(arguments[0], folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(string model, string folder)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using Process program = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "leafseg-train"), ["label", "--model", model, folder]) { RedirectStandardOutput = true })!;
        try
        {
            string line = await program.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("leafseg-train label has ended");
            Print("served after", clock.Elapsed.TotalMilliseconds, "ms");
            Uri address = new(line.Split(' ').Single(word => word.StartsWith("http://", StringComparison.Ordinal)));
            await using Chromium page = await Chromium.OpenAsync(new Uri(address, "#0"), 1200, 800, CancellationToken.None);
            await page.UntilAsync("document.body?.dataset.open === '0' && picture.labels && picture.levels.length > 2", CancellationToken.None);
            Print("first picture shown after the page was asked for", (await page.EvaluateAsync("performance.getEntriesByName('shown')[0].startTime", CancellationToken.None)).GetDouble(), "ms");
            await WheelAsync(page);
            await StrokeAsync(page);
            Print("memory of the program, most", Peak(program.Id), "MB");
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync();
        }
    }

    /// <summary>From the event to the frame after the one that it has changed: what it drew is on the screen by then.</summary>
    private static async Task WheelAsync(Chromium page)
    {
        await page.EvaluateAsync(
            """
            window.waits = [];
            addEventListener("wheel", event => requestAnimationFrame(() => requestAnimationFrame(() => waits.push(performance.now() - event.timeStamp))), { capture: true, passive: true });
            """, CancellationToken.None);
        for (int i = 0; i < Wheels; i++)
        {
            await page.WheelAsync(420 + (i % 7 * 60), 300 + (i % 5 * 40), i / 10 % 2 == 0 ? -240 : 240, CancellationToken.None);
            await page.UntilAsync($"waits.length === {i + 1}", CancellationToken.None);
        }

        double[] waits = [.. (await page.EvaluateAsync("waits", CancellationToken.None)).EnumerateArray().Select(wait => wait.GetDouble()).Order()];
        Print("wheel to frame, median", waits[waits.Length / 2], "ms");
        Print("wheel to frame, 95 %", waits[waits.Length * 95 / 100], "ms");
    }

    private static async Task StrokeAsync(Chromium page)
    {
        await page.KeyAsync("f", CancellationToken.None);
        await page.KeyAsync("b", CancellationToken.None);
        List<double> waits = [];
        for (int i = 1; i <= 5; i++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            await page.DragAsync([(500 + (40 * i), 300), (520 + (40 * i), 320)], shift: false, CancellationToken.None);
            await page.UntilAsync($"picture.undo === {i}", CancellationToken.None);
            waits.Add(clock.Elapsed.TotalMilliseconds);
        }

        Print("stroke until it is saved and shown, median", waits.Order().ElementAt(2), "ms");
    }

    private static void WritePictures(string folder)
    {
        RgbImage plant = RosetteRenderer.Render(new RosetteSettings { Size = Cell, NoPlantShare = 0 }, 7).Image;
        RgbImage large = new(Columns * Cell, Rows * CellHeight);
        LabelMap labels = new(large.Width, large.Height);
        for (int y = 0; y < large.Height; y++)
        {
            for (int x = 0; x < large.Width; x++)
            {
                (int column, int row, int px, int py) = (x / Cell, y / CellHeight, x % Cell, y % CellHeight);
                plant.Pixels.AsSpan(plant.IndexOf(px, py), 3).CopyTo(large.Pixels.AsSpan(large.IndexOf(x, y), 3));
                double distance = Math.Pow((px - (Cell / 2.0)) / 130, 2) + Math.Pow((py - (CellHeight / 2.0)) / 85, 2) + (.1 * Math.Sin(px * .3));
                labels[x, y] = (ushort)(distance < 1 ? (row * Columns) + column + 1 : 0);
            }
        }

        ImageFile.Write(Path.Combine(folder, "a.jpg"), large);
        LabelNote note = new() { Author = "benchmark", Time = DateTimeOffset.UnixEpoch, IsAccepted = false };
        File.WriteAllBytes(Path.Combine(folder, "a_label.png"), note.WriteInto(LabelPicture.Encode(labels)));
        byte[] small = ImageFile.Encode(plant, ".jpg");
        for (int i = 1; i < Pictures; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"b{i:0000}.jpg")), small);
        }
    }

    private static double Peak(int process) => File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    private static void Print(string what, double value, string unit) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-52} {value,8:0} {unit}"));
}
