using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class OptimiserTests
{
    private const double Rate = 1e-2;

    private static readonly StageSettings Stage = new()
    {
        Name = "all",
        Layers = TrainedLayers.All,
        Iterations = 1,
        Rate = Rate,
        BackboneRateShare = 1,
        WeightDecay = 1e-2,
        Momentum = 0.9,
    };

    [Theory]
    [InlineData("Sgd")]
    [InlineData("Adagrad")]
    [InlineData("AdamW")]
    public void Five_steps_move_the_weights_as_those_of_the_library_s_optimiser_do(string name)
    {
        OptimiserKind kind = Enum.Parse<OptimiserKind>(name);
        using MaskRcnn ours = new(TinyRun.Settings.Network);
        using MaskRcnn theirs = new(TinyRun.Settings.Network);
        theirs.load_state_dict(ours.state_dict());
        using Optimiser optimiser = new(ours, Stage with { Optimiser = kind });
        using OptimizerHelper reference = kind switch
        {
            OptimiserKind.Sgd => optim.SGD(theirs.parameters(), Rate, momentum: 0.9, weight_decay: 1e-2),
            OptimiserKind.Adagrad => optim.Adagrad(theirs.parameters(), Rate, weight_decay: 1e-2),
            _ => optim.AdamW(theirs.parameters(), Rate, weight_decay: 1e-2),
        };

        for (int step = 0; step < 5; step++)
        {
            SetGradients(ours, step);
            SetGradients(theirs, step);
            optimiser.Step(Rate);
            reference.step();
        }

        Assert.All(ours.parameters().Zip(theirs.parameters()), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-5, atol: 1e-6)));
    }

    [Fact]
    public void Weights_without_a_gradient_stay_and_the_others_step_by_their_share()
    {
        using MaskRcnn network = new(TinyRun.Settings.Network);
        using Optimiser optimiser = new(network, Stage with { Optimiser = OptimiserKind.Sgd, WeightDecay = 0, BackboneRateShare = 0.5 });
        Parameter head = network.BoxHead.Classes.weight, mask = network.MaskHead.Logits.weight, backbone = network.Backbone.parameters().First();
        (Tensor headBefore, Tensor maskBefore, Tensor backboneBefore) = (head.clone(), mask.clone(), backbone.clone());
        head.grad = ones_like(head);
        backbone.grad = ones_like(backbone);

        optimiser.Step(Rate);

        Assert.True(head.allclose(headBefore - Rate));
        Assert.True(backbone.allclose(backboneBefore - (Rate / 2)));
        Assert.True(mask.equal(maskBefore).all().item<bool>());
    }

    [Fact]
    public void Gradients_are_scaled_to_the_largest_norm_that_is_allowed_and_never_up()
    {
        using MaskRcnn network = new(TinyRun.Settings.Network);
        using Optimiser optimiser = new(network, Stage);
        Parameter weight = network.BoxHead.Classes.bias!;
        weight.grad = tensor([3f, 4f]);

        Assert.Equal(5, optimiser.ClipGradients(10), 1e-5);
        Assert.Equal([3f, 4f], weight.grad!.ToArray());
        Assert.Equal(5, optimiser.ClipGradients(1), 1e-5);
        Assert.Equal(1, optimiser.ClipGradients(1), 1e-5);
    }

    [Fact]
    public void The_state_of_another_optimiser_is_refused_with_what_to_do()
    {
        using MaskRcnn network = new(TinyRun.Settings.Network);
        using Optimiser sgd = new(network, Stage with { Optimiser = OptimiserKind.Sgd });
        using Optimiser adagrad = new(network, Stage with { Optimiser = OptimiserKind.Adagrad });

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => adagrad.Load(sgd.Save()));

        Assert.Contains("is not that of Adagrad", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--from", refusal.Message, StringComparison.Ordinal);
    }

    private static void SetGradients(MaskRcnn network, int seed)
    {
        foreach ((int i, Parameter weight) in network.parameters().Index())
        {
            using Generator generator = new((ulong)((seed * 1000) + i));
            weight.grad = weight.requires_grad ? randn(weight.shape, generator: generator) : null;
        }
    }
}
