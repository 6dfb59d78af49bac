using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.Benchmarks;

/// <summary>Pictures a second: rendered, and read from disk and varied as a training does it, without a network that takes time.</summary>
internal static class LoadingSpeed
{
    public static void Run(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        string? data = args.Length > 1 ? args[1] : null;
        string folder = Directory.CreateTempSubdirectory("leafseg-loading-").FullName;
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < count && data is null; i++)
            {
                Rendering rendering = RosetteRenderer.Render(new RosetteSettings(), (ulong)i + 1);
                ImageFile.Write(Path.Combine(folder, $"plant{i:00000}_rgb.png"), rendering.Image);
                ColourMask.Write(Path.Combine(folder, $"plant{i:00000}_label.png"), rendering.Labels);
            }

            if (data is null)
            {
                Say("rendered and written, one thread", watch);
            }

            LabelledPictures pictures = LabelledPictures.Open(data ?? folder);
            watch.Restart();
            for (int i = 0; i < count; i++)
            {
                pictures.Read(i % pictures.Count);
            }

            Say("read, one thread", watch);
            TrainingSettings settings = new() { BatchSize = 2 };
            settings = args.Length > 2 ? settings with { Network = settings.Network with { InputSize = int.Parse(args[2], CultureInfo.InvariantCulture) } } : settings;
            watch.Restart();
            foreach (Batch _ in new BatchLoader(pictures, settings).Batches(0, count / settings.BatchSize))
            {
            }

            Say($"read, varied and made {settings.Network.InputSize} px, prefetched", watch);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Say(string what, Stopwatch watch) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-46}{count / watch.Elapsed.TotalSeconds,8:F1} pictures/s"));
    }
}
