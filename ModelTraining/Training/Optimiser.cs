using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>The optimiser of one stage: the backbone and the rest are two groups with rates of their own.</summary>
internal sealed class Optimiser : IDisposable
{
    private readonly OptimizerHelper optimiser;
    private readonly StageSettings stage;
    private readonly Parameter[] weights;

    public Optimiser(MaskRcnn network, StageSettings stage)
    {
        this.stage = stage;
        Parameter[] backbone = [.. network.Backbone.parameters().Where(p => p.requires_grad)];
        HashSet<IntPtr> ofBackbone = [.. network.Backbone.parameters().Select(p => p.Handle)];
        Parameter[] rest = [.. network.parameters().Where(p => p.requires_grad && !ofBackbone.Contains(p.Handle))];
        weights = [.. rest, .. backbone];
        optimiser = Create(rest, backbone);
    }

    /// <summary>Scales the gradients on the weights so that their common norm is at most <paramref name="largest"/>.</summary>
    /// <returns>The norm before.</returns>
    public double ClipGradients(double largest)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        // A weight that took no part in the step (the mask head, when no picture has a leaf) has no gradient.
        Tensor[] gradients = [.. weights.Select(weight => weight.grad).OfType<Tensor>()];
        double norm = Math.Sqrt(gradients.Sum(gradient => Math.Pow(gradient.norm().item<float>(), 2)));
        if (double.IsFinite(norm) && norm > largest)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(largest / norm);
            }
        }

        return norm;
    }

    /// <summary>Applies the gradients.</summary>
    /// <param name="rate">Of pyramid and heads.</param>
    public void Step(double rate)
    {
        double[] rates = [rate, rate * stage.BackboneRateShare];
        foreach ((optim.ILearningRateController group, double groupRate) in optimiser.ParamGroups.Zip(rates))
        {
            group.LearningRate = groupRate;
        }

        optimiser.step();
    }

    public void ClearGradients() => optimiser.zero_grad();

    public byte[] Save()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        optimiser.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    public void Load(byte[] state)
    {
        using BinaryReader reader = new(new MemoryStream(state));
        optimiser.load_state_dict(reader);
    }

    public void Dispose() => optimiser.Dispose();

    private OptimizerHelper Create(Parameter[] rest, Parameter[] backbone)
    {
        double backboneRate = stage.Rate * stage.BackboneRateShare;
        switch (stage.Optimiser)
        {
            case OptimiserKind.Sgd:
                return optim.SGD(
                    Groups(rest, backbone, (p, rate) => new SGD.ParamGroup(p, new SGD.Options { LearningRate = rate, InitialLearningRate = rate, momentum = stage.Momentum, weight_decay = stage.WeightDecay })),
                    stage.Rate, stage.Momentum, weight_decay: stage.WeightDecay);
            case OptimiserKind.Adagrad:
                return optim.Adagrad(
                    Groups(rest, backbone, (p, rate) => new Adagrad.ParamGroup(p, new Adagrad.Options { LearningRate = rate, InitialLearningRate = rate, weight_decay = stage.WeightDecay })),
                    stage.Rate, weight_decay: stage.WeightDecay);
            default:
                return optim.AdamW(
                    Groups(rest, backbone, (p, rate) => new AdamW.ParamGroup(p, rate, weight_decay: stage.WeightDecay)),
                    stage.Rate, weight_decay: stage.WeightDecay);
        }

        IEnumerable<T> Groups<T>(Parameter[] first, Parameter[] second, Func<Parameter[], double, T> make) =>
            second.Length == 0 ? [make(first, stage.Rate)] : [make(first, stage.Rate), make(second, backboneRate)];
    }
}
