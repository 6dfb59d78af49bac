using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.Benchmarks;

/// <summary>Where the time of a training step goes: medians of the parts over several steps, batch 2.</summary>
internal static class TrainingStep
{
    private const int Batch = 2;
    private const int Leaves = 10;
    private const int Steps = 9;

    public static void Run(string[] args)
    {
        NetworkSettings settings = new();
        if (args.Length > 0)
        {
            settings = settings with { Backbone = args[0] };
        }

        if (args.Length > 1)
        {
            settings = settings with { InputSize = int.Parse(args[1], CultureInfo.InvariantCulture) };
        }

        random.manual_seed(1);
        MaskRcnn network = new(settings);
        network.Backbone.Freeze(2);
        optim.Optimizer optimiser = optim.AdamW(network.parameters().Where(p => p.requires_grad), 1e-4);
        Tensor pixels = randint(0, 255, [Batch, settings.InputSize, settings.InputSize, 3], ScalarType.Byte);
        Truth[] truths = [.. Enumerable.Range(0, Batch).Select(_ => Truth.From(Discs(settings.InputSize), Letterbox.Fit(settings.InputSize, settings.InputSize, settings.InputSize)))];
        Random samples = new(1);
        List<double> features = [], loss = [], backward = [], step = [];
        for (int i = 0; i < Steps + 2; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Stopwatch watch = Stopwatch.StartNew();
            using (no_grad())
            {
                network.Features(pixels);
            }

            features.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            LeafLoss losses = LeafLoss.Of(network, pixels, truths, new LossSettings(), samples);
            loss.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            optimiser.zero_grad();
            losses.Total.backward();
            backward.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            optimiser.step();
            step.Add(watch.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine($"{settings.Backbone}, {settings.InputSize} px, batch {Batch}, medians of {Steps} steps, ms");
        Console.WriteLine($"features without gradient {Median(features),8:F0}");
        Console.WriteLine($"forward with losses       {Median(loss),8:F0}");
        Console.WriteLine($"backward                  {Median(backward),8:F0}");
        Console.WriteLine($"optimiser                 {Median(step),8:F0}");
    }

    private static LabelMap Discs(int size)
    {
        LabelMap map = new(size, size);
        Random random = new(2);
        for (ushort leaf = 1; leaf <= Leaves; leaf++)
        {
            int radius = random.Next(8, 50), x0 = random.Next(size), y0 = random.Next(size);
            for (int y = Math.Max(0, y0 - radius); y < Math.Min(size, y0 + radius); y++)
            {
                for (int x = Math.Max(0, x0 - radius); x < Math.Min(size, x0 + radius); x++)
                {
                    if (((x - x0) * (x - x0)) + ((y - y0) * (y - y0)) < radius * radius)
                    {
                        map[x, y] = leaf;
                    }
                }
            }
        }

        return map;
    }

    private static double Median(List<double> values) => values.Skip(values.Count - Steps).Order().ElementAt(Steps / 2);
}
