using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// The optimiser of one stage: the backbone and the rest have rates of their own. The formulas are PyTorch's. They are
/// written here because TorchSharp's optimisers leave the numbers they hand to libtorch to the garbage collector, which
/// now and then frees one while it is being read, and because they keep the gradients of a step in which a weight took no
/// part, so that a resumed run would differ.
/// </summary>
internal sealed class Optimiser : IDisposable
{
    private const double AdagradEpsilon = 1e-10;
    private const double AdamBeta1 = 0.9;
    private const double AdamBeta2 = 0.999;
    private const double AdamEpsilon = 1e-8;
    private const int Format = 0x4f53_4c03;

    private readonly StageSettings stage;
    private readonly Slot[] slots;

    public Optimiser(MaskRcnn network, StageSettings stage)
    {
        this.stage = stage;
        Parameter[] backbone = [.. network.Backbone.parameters().Where(p => p.requires_grad)];
        HashSet<IntPtr> ofBackbone = [.. network.Backbone.parameters().Select(p => p.Handle)];
        IEnumerable<Parameter> rest = network.parameters().Where(p => p.requires_grad && !ofBackbone.Contains(p.Handle));
        int memories = stage.Optimiser == OptimiserKind.AdamW ? 2 : 1;
        slots =
        [
            .. rest.Select(weight => new Slot(weight, 1, memories)),
            .. backbone.Select(weight => new Slot(weight, stage.BackboneRateShare, memories)),
        ];
    }

    /// <summary>Scales the gradients on the weights so that their common norm is at most <paramref name="largest"/>.</summary>
    /// <returns>The norm before; nothing is scaled when it is no number.</returns>
    public double ClipGradients(double largest)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor[] gradients = [.. slots.Select(slot => slot.Weight.grad).OfType<Tensor>()];
        double norm = Math.Sqrt(gradients.Sum(gradient => Math.Pow(gradient.norm().item<float>(), 2)));
        if (double.IsFinite(norm) && norm > largest)
        {
            using Scalar factor = largest / norm;
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(factor);
            }
        }

        return norm;
    }

    /// <summary>Applies the gradients. A weight that took no part in the step (the mask head, when no picture has a leaf) stays as it is.</summary>
    /// <param name="rate">Of pyramid and heads.</param>
    public void Step(double rate)
    {
        using IDisposable noGradient = no_grad();
        foreach (Slot slot in slots)
        {
            using DisposeScope scope = NewDisposeScope();
            if (slot.Weight.grad is not { } gradient)
            {
                continue;
            }

            slot.Steps++;
            double ownRate = rate * slot.RateShare;
            switch (stage.Optimiser)
            {
                case OptimiserKind.Sgd:
                    StepSgd(slot, gradient, ownRate);
                    break;
                case OptimiserKind.Adagrad:
                    StepAdagrad(slot, gradient, ownRate);
                    break;
                default:
                    StepAdamW(slot, gradient, ownRate);
                    break;
            }
        }
    }

    public void ClearGradients()
    {
        foreach (Slot slot in slots)
        {
            slot.Weight.grad = null;
        }
    }

    /// <summary>What it remembers of earlier steps.</summary>
    public byte[] Save()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Format);
        writer.Write((int)stage.Optimiser);
        writer.Write(slots.Length);
        foreach (Slot slot in slots)
        {
            writer.Write(slot.Steps);
            foreach (Tensor memory in slot.Memories)
            {
                writer.Write(memory.bytes);
            }
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="WeightsFileException">It was saved by an optimiser of another kind or version, or for another network.</exception>
    public void Load(byte[] state)
    {
        long expected = (3 * sizeof(int)) + slots.Sum(slot => sizeof(long) + slot.Memories.Sum(memory => memory.NumberOfElements * sizeof(float)));
        using BinaryReader reader = new(new MemoryStream(state));
        if (state.Length != expected || reader.ReadInt32() != Format || reader.ReadInt32() != (int)stage.Optimiser || reader.ReadInt32() != slots.Length)
        {
            throw new WeightsFileException(
                $"The checkpoint's optimiser state ({state.Length} bytes) is not that of {stage.Optimiser} for this network ({expected} bytes), or of an "
                + "earlier version of this program; begin a new run from its network with --from.");
        }

        foreach (Slot slot in slots)
        {
            slot.Steps = reader.ReadInt64();
            foreach (Tensor memory in slot.Memories)
            {
                reader.ReadExactly(memory.bytes);
            }
        }
    }

    public void Dispose()
    {
        foreach (Tensor memory in slots.SelectMany(slot => slot.Memories))
        {
            memory.Dispose();
        }
    }

    private void StepSgd(Slot slot, Tensor gradient, double rate)
    {
        // PyTorch's velocity times 1 - momentum: so it is one pass over the memory, which is what a step costs.
        using Tensor rest = tensor((float)(1 - stage.Momentum));
        using Scalar step = -rate / (1 - stage.Momentum);
        Tensor velocity = slot.Memories[0];
        velocity.lerp_(Decayed(slot, gradient), rest);
        slot.Weight.add_(velocity, step);
    }

    private void StepAdagrad(Slot slot, Tensor gradient, double rate)
    {
        using Scalar step = -rate, epsilon = AdagradEpsilon, one = 1;
        Tensor decayed = Decayed(slot, gradient);
        Tensor squares = slot.Memories[0];
        squares.addcmul_(decayed, decayed, one);
        slot.Weight.addcdiv_(decayed, squares.sqrt().add_(epsilon, one), step);
    }

    /// <summary>The gradient with weight decay in it.</summary>
    private Tensor Decayed(Slot slot, Tensor gradient)
    {
        using Scalar decay = stage.WeightDecay;
        return stage.WeightDecay == 0 ? gradient : gradient.add(slot.Weight, decay);
    }

    private void StepAdamW(Slot slot, Tensor gradient, double rate)
    {
        double correction1 = 1 - Math.Pow(AdamBeta1, slot.Steps);
        double correction2 = 1 - Math.Pow(AdamBeta2, slot.Steps);
        using Scalar keep = 1 - (rate * stage.WeightDecay), beta1 = AdamBeta1, new1 = 1 - AdamBeta1, beta2 = AdamBeta2, new2 = 1 - AdamBeta2;
        using Scalar root = Math.Sqrt(correction2), epsilon = AdamEpsilon, step = -rate / correction1, one = 1;
        (Tensor mean, Tensor squares) = (slot.Memories[0], slot.Memories[1]);
        slot.Weight.mul_(keep);
        mean.mul_(beta1).add_(gradient, new1);
        squares.mul_(beta2).addcmul_(gradient, gradient, new2);
        slot.Weight.addcdiv_(mean, squares.sqrt().div_(root).add_(epsilon, one), step);
    }

    /// <summary>A weight and what the optimiser remembers of it: SGD its velocity, Adagrad its squares, AdamW mean and squares.</summary>
    private sealed class Slot(Parameter weight, double rateShare, int memories)
    {
        public Parameter Weight => weight;

        public double RateShare => rateShare;

        public Tensor[] Memories { get; } =
            [.. Enumerable.Range(0, memories).Select(_ => zeros(weight.shape).DetachFromDisposeScope())];

        public long Steps { get; set; }
    }
}
