using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Synthesis;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Hosting;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using LeafSeg.EdgeAgent.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LeafSeg.Benchmarks;

/// <summary>
/// From the edge to the recorded result in the whole agent, less what the model takes; the camera is a folder with one
/// uncompressed picture, so that reading it is in the time.
/// </summary>
internal static class AgentCapture
{
    public static async Task RunAsync(string[] args)
    {
        string model = Path.GetFullPath(args[0]);
        int captures = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 40;
        RgbImage plant = RosetteRenderer.Render(new RosetteSettings { Size = 486 }, seed: 3).Image;
        await MeasureAsync("500 x 500, one plant", model, Tray(plant, 500, 500, columns: 1, rows: 1), new PotsOptions(), captures);
        PotsOptions twenty = new() { Grid = new PotGridOptions { X = 0, Y = 0, Width = 2592, Height = 1944, Columns = 5, Rows = 4, GapPx = 32 } };
        await MeasureAsync("2592 x 1944, 20 pots", model, Tray(plant, 2592, 1944, columns: 5, rows: 4), twenty, captures);
    }

    private static async Task MeasureAsync(string name, string model, RgbImage picture, PotsOptions pots, int captures)
    {
        string folder = Directory.CreateTempSubdirectory("leafseg-capture-").FullName;
        try
        {
            ImageFile.Write(Path.Combine(folder, "tray.bmp"), picture);
            AgentOptions options = new()
            {
                StateFolder = Path.Combine(folder, "state"),
                Camera = new CameraOptions { Folder = new PictureFolderOptions { Path = folder, Pattern = "*.bmp", AtEnd = AtEnd.Loop } },
                Model = new ModelOptions { File = model },
                Pots = pots,
                Broker = new BrokerOptions { Address = "127.0.0.1:9" },
                StatusPage = new StatusPageOptions { Enabled = false },
            };
            using IHost host = Agent.Build(options, new RunGoal(null), _ => { });
            await host.StartAsync();
            OutboxStore outbox = host.Services.GetRequiredService<OutboxStore>();
            TriggerQueue triggers = host.Services.GetRequiredService<TriggerQueue>();
            Measured whole = new(name, warmUp: 10);
            Measured grab = new("  reading and decoding the picture", warmUp: 10);
            Measured measure = new("  quality, pots, masks and traits", warmUp: 10);
            long written = 0;
            for (int i = 0; i < captures + 10; i++)
            {
                if (i == 10)
                {
                    written = ProcessCost.WrittenBytes(Environment.ProcessId);
                }

                long before = Stopwatch.GetTimestamp();
                triggers.Offer(TriggerKind.Gpio, TimeProvider.System.MonotonicNs());
                OutboxEntry? entry;
                for (Task more = outbox.More; (entry = outbox.Oldest()) is null; more = outbox.More)
                {
                    await more;
                }

                double milliseconds = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
                CaptureTiming told = MessageJson.ReadCapture(entry.Payload).TimingMs;
                whole.Add(milliseconds - told.Infer ?? 0);
                grab.Add(told.Grab ?? 0);
                measure.Add(told.Measure ?? 0);
                outbox.Acknowledge(entry.Sequence, []);

                // The overlay is drawn after the result is recorded; the next edge finds the rig at rest.
                await Task.Delay(150);
            }

            Console.WriteLine(whole);
            Console.WriteLine(grab);
            Console.WriteLine(measure);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  bytes written a capture, overlay included {(ProcessCost.WrittenBytes(Environment.ProcessId) - written) / captures,12:N0}"));
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The plant once in the middle of each cell.</summary>
    private static RgbImage Tray(RgbImage plant, int width, int height, int columns, int rows)
    {
        RgbImage tray = new(width, height);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int left = ((2 * column) + 1) * width / (2 * columns) - (plant.Width / 2);
                int top = ((2 * row) + 1) * height / (2 * rows) - (plant.Height / 2);
                for (int y = 0; y < plant.Height; y++)
                {
                    if (top + y >= 0 && top + y < height)
                    {
                        plant.Pixels.AsSpan(y * plant.Width * 3, plant.Width * 3).CopyTo(tray.Pixels.AsSpan((((top + y) * width) + left) * 3));
                    }
                }
            }
        }

        return tray;
    }
}
