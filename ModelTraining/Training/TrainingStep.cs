using System.Globalization;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>One step: losses, gradients, weights, running average. Stops at the first number that is none and says where it came from.</summary>
internal sealed class TrainingStep(MaskRcnn network, MaskRcnn average, TrainingSettings settings)
{
    private double lastNorm;

    /// <param name="batch">What to learn from.</param>
    /// <param name="optimiser">Of the stage.</param>
    /// <param name="stage">Names the setting to lower when something is wrong.</param>
    /// <param name="rate">Of pyramid and heads.</param>
    /// <exception cref="TrainingException">A loss or the gradient is no number; no weight has been changed by this step.</exception>
    public Outcome Take(Batch batch, Optimiser optimiser, string stage, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        long size = settings.Network.InputSize;
        Tensor pixels = stack([.. batch.Images.Select(image => tensor(image.Pixels, [size, size, 3]))]);
        Random samples = new(BatchLoader.HashCode(settings.Seed, long.MinValue + batch.Step));
        LeafLoss loss = LeafLoss.Of(network, pixels, batch.Truths, settings.Loss, samples);
        float[] losses = [.. loss.All.Select(value => value.item<float>())];
        if (losses.Any(value => !float.IsFinite(value)))
        {
            string[] broken = [.. LeafLoss.Names.Zip(losses).Where(l => !float.IsFinite(l.Second)).Select(l => $"{l.First} is {l.Second}")];
            throw NoNumber(batch, stage, rate, $"the loss {string.Join(", ", broken)}");
        }

        optimiser.ClearGradients();
        loss.Total.backward();
        double norm = optimiser.ClipGradients(settings.GradientClip);
        if (!double.IsFinite(norm))
        {
            string first = network.named_parameters().First(p => p.parameter.grad is { } g && !double.IsFinite(g.norm().item<float>())).name;
            throw NoNumber(batch, stage, rate, $"the gradient is {norm}, of {first} first");
        }

        optimiser.Step(rate);
        UpdateAverage(batch.Step);
        lastNorm = norm;
        return new Outcome(losses, norm);
    }

    private void UpdateAverage(int batchStep)
    {
        using IDisposable noGradient = no_grad();

        // The first steps are far from where the run will be: the average forgets them sooner.
        double decay = Math.Min(settings.EmaDecay, (1.0 + batchStep) / (10.0 + batchStep));
        using Tensor share = tensor((float)(1 - decay));
        foreach ((Parameter averaged, Parameter current) in average.parameters().Zip(network.parameters()))
        {
            if (current.requires_grad)
            {
                averaged.lerp_(current, share);
            }
        }
    }

    private TrainingException NoNumber(Batch batch, string stage, double rate, string what)
    {
        string pictures = string.Join(", ", batch.Names.Zip(batch.Truths, (name, truth) => $"{name} ({truth.Boxes.Length} leaves)"));
        bool weightsBroken = network.parameters().Any(p => !double.IsFinite(p.norm().item<float>()));
        string advice = weightsBroken
            ? $"The weights are broken already: go back to an earlier checkpoint with a lower Rate of stage {stage}, a longer WarmUp or a lower GradientClip."
            : $"A lower Rate of stage {stage}, a longer WarmUp or a lower GradientClip helps; if it comes back with the same pictures, look at their masks.";
        return new TrainingException(string.Create(
            CultureInfo.InvariantCulture,
            $"Step {batch.Step + 1}: {what}; rate {rate:G3}, gradient norm of the step before {lastNorm:G3}, pictures {pictures}. {advice}"));
    }

    /// <summary>The five losses (<see cref="LeafLoss.Names"/>) and the gradient's norm before it was clipped.</summary>
    internal sealed record Outcome(float[] Losses, double GradientNorm);
}
