using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Networks;

public sealed class NormalisationTests : IDisposable
{
    private readonly DisposeScope disposing = NewDisposeScope();

    public NormalisationTests() => random.manual_seed(8);

    public void Dispose() => disposing.Dispose();

    [Theory]
    [InlineData(nameof(Normalisation.Frozen), false)]
    [InlineData(nameof(Normalisation.Batch), true)]
    [InlineData(nameof(Normalisation.Group), true)]
    public void Only_norms_that_learn_have_parameters(string normalisation, bool learns)
    {
        using ConvolutionLayer layer = Layer(Enum.Parse<Normalisation>(normalisation));

        Assert.Equal(learns, layer.named_parameters().Any(parameter => parameter.name == "gamma"));
        Assert.Contains("gamma", layer.state_dict().Keys);
    }

    [Fact]
    public void A_learning_batch_norm_uses_the_batch_and_then_remembers_it()
    {
        using ConvolutionLayer layer = Layer(Normalisation.Batch);
        Tensor input = (randn(4, 3, 16, 16) * 5) + 2;

        layer.train();
        Tensor first = layer.forward(input);
        for (int i = 0; i < 100; i++)
        {
            layer.forward(input);
        }

        layer.eval();
        Assert.Equal(0, first.mean().item<float>(), 1e-4f);
        Assert.Equal(1, first.std().item<float>(), 1e-2f);
        Assert.True((layer.forward(input) - first).abs().max().item<float>() < 1e-2f);
    }

    [Fact]
    public void A_batch_norm_in_a_frozen_stage_stays_as_it_is()
    {
        using ConvolutionLayer layer = Layer(Normalisation.Batch);
        layer.RequireGradient(false);
        Dictionary<string, float[]> before = layer.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

        layer.train();
        layer.forward((randn(4, 3, 16, 16) * 5) + 2);

        Assert.All(layer.state_dict(), pair => Assert.Equal(before[pair.Key], pair.Value.ToArray()));
    }

    [Fact]
    public void A_bias_before_a_frozen_norm_is_taken_through_it()
    {
        ConvolutionStyle style = new(Normalisation.Frozen, 1e-3, Bias: true);
        using ConvolutionLayer layer = style.Layer(new ConvolutionShape(3, 8, 3));
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor value) in layer.state_dict().Where(pair => pair.Key != "weight"))
        {
            value.copy_(rand(8) + (name == "variance" ? 0.5 : 0));
        }

        Dictionary<string, Tensor> state = layer.state_dict();
        Tensor input = randn(1, 3, 8, 8);
        Tensor expected = nn.functional.batch_norm(
            nn.functional.conv2d(input, state["weight"], state["bias"], padding: [1, 1]),
            state["mean"], state["variance"], state["gamma"], state["beta"], eps: 1e-3);

        Assert.True((expected - layer.forward(input)).abs().max().item<float>() < 1e-5f);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("efficientnet-lite0")]
    public void A_backbone_takes_any_norm(string backbone)
    {
        foreach (Normalisation normalisation in Enum.GetValues<Normalisation>())
        {
            using Backbone network = Backbone.Create(new NetworkSettings { Backbone = backbone, Normalisation = normalisation });
            Assert.All(network.forward(randn(1, 3, 64, 64)), map => Assert.True(map.isfinite().all().item<bool>()));
        }
    }

    private static ConvolutionLayer Layer(Normalisation normalisation) =>
        new ConvolutionStyle(normalisation, 1e-5, Bias: false).Layer(new ConvolutionShape(3, 8, 3));
}
