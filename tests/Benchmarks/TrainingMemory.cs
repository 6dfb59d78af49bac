using System.Globalization;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.Benchmarks;

/// <summary>Resident memory over many steps of a tiny network: flat, or something is not disposed.</summary>
internal static class TrainingMemory
{
    private const int Pictures = 8;

    public static void Run(string[] args)
    {
        int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2000;
        NetworkSettings shape = new() { InputSize = 64, PyramidWidth = 16, BoxHeadWidth = 32, MaskHeadWidth = 16, MaskHeadLayers = 1 };
        TrainingSettings settings = new() { Network = shape, BatchSize = 1 };
        using MaskRcnn network = new(shape);
        using MaskRcnn average = new(shape);
        average.RequireGradient(false);
        StageSettings stage = new() { Name = "all", Layers = TrainedLayers.All, Iterations = steps, Rate = 1e-5 };
        using Optimiser optimiser = new(network, stage);
        TrainingStep step = new(network, average, settings);
        Batch[] batches =
        [
            .. Enumerable.Range(0, Pictures).Select(i => TestPlant.Render(shape.InputSize, (ulong)i + 1))
                .Select((plant, i) => new Batch(i, [plant.Image], [plant.Truth], [$"{i}"])),
        ];
        Console.WriteLine("step   resident MiB   managed MiB");
        List<(int Step, double Resident)> curve = [];
        for (int i = 0; i <= steps; i++)
        {
            step.Take(batches[i % Pictures] with { Step = i }, optimiser, stage.Name, stage.Rate);
            if (i % Math.Max(1, steps / 20) == 0)
            {
                double resident = Environment.WorkingSet / (double)(1 << 20);
                curve.Add((i, resident));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i,5}{resident,12:F1}{GC.GetTotalMemory(false) / (double)(1 << 20),14:F1}"));
            }
        }

        // The first quarter fills pools and caches.
        (int Step, double Resident)[] settled = [.. curve.Skip(curve.Count / 4)];
        double growth = settled.Skip(settled.Length / 2).Average(p => p.Resident) - settled.Take(settled.Length / 2).Average(p => p.Resident);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"second half of the settled steps against the first: {growth:+0.0;-0.0} MiB"));
    }
}
