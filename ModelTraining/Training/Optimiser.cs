using LeafSeg.ModelTraining.Networks;
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

    /// <summary>Applies the gradients that stand on the weights, after clipping their common norm.</summary>
    /// <returns>The norm before clipping.</returns>
    public double Step(int iterationOfStage, double gradientClip)
    {
        double norm = nn.utils.clip_grad_norm_(weights, gradientClip);
        double rate = stage.Rate * stage.RateFactor(iterationOfStage);
        double[] rates = [rate, rate * stage.BackboneRateShare];
        foreach ((optim.ILearningRateController group, double groupRate) in optimiser.ParamGroups.Zip(rates))
        {
            group.LearningRate = groupRate;
        }

        optimiser.step();
        return norm;
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
