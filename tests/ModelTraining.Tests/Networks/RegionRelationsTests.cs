using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Tests.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Networks;

public sealed class RegionRelationsTests : IDisposable
{
    private static readonly NetworkSettings Settings = TrialModel.Settings("efficientnet-lite0") with { BoxRelations = true };

    private readonly DisposeScope disposing = NewDisposeScope();
    private readonly IDisposable noGradient = no_grad();

    public RegionRelationsTests() => random.manual_seed(5);

    public void Dispose()
    {
        noGradient.Dispose();
        disposing.Dispose();
    }

    [Fact]
    public void A_pair_is_told_by_distance_ratio_and_IoU()
    {
        RoiAlign.Region[] regions = [new(0, new Box(0, 0, 20, 40)), new(0, new Box(10, 0, 50, 40)), new(0, new Box(100, 100, 120, 140))];

        RegionPairs pairs = RegionPairs.Of(regions);

        Assert.Null(pairs.OtherPicture);
        Near([Math.Log(20 / 20.0), Math.Log(1e-3), Math.Log(2), 0, 400 / 2000.0], pairs.Geometry[0, 1]);
        Near([Math.Log(20 / 40.0), Math.Log(1e-3), Math.Log(0.5), 0, 400 / 2000.0], pairs.Geometry[1, 0]);
        Near([Math.Log(5), Math.Log(2.5), 0, 0, 0], pairs.Geometry[0, 2]);
        Near([Math.Log(1e-3), Math.Log(1e-3), 0, 0, 1], pairs.Geometry[2, 2]);

        static void Near(double[] expected, Tensor actual) =>
            Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_network_that_learns_it_later_goes_on_as_it_was()
    {
        using MaskRcnn without = TrialModel.CreateNetwork(Settings with { BoxRelations = false });
        using MaskRcnn with = new(Settings);
        with.load_state_dict(without.state_dict(), strict: false);
        with.eval();
        Tensor[] features = without.Features(Picture());

        Assert.Equal(
            without.Judge(features, Regions(0)).Logits.ToArray(), with.Judge(features, Regions(0)).Logits.ToArray());
    }

    [Fact]
    public void A_region_is_judged_by_the_others_of_its_picture_alone()
    {
        using MaskRcnn network = TrialModel.CreateNetwork(Settings);
        Tensor[] features = network.Features(cat([Picture(), Picture().flip(1)]));
        RoiAlign.Region[] first = Regions(0), second = Regions(1);

        float[] together = network.Judge(features, [.. first, .. second]).Logits.ToArray();

        Assert.All(together.Zip(network.Judge(features, first).Logits.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
        Assert.All(
            together[(first.Length * 2)..].Zip(network.Judge(features, second).Logits.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
        float alone = network.Judge(features, first[..1]).Logits.ToArray()[0];
        Assert.True(Math.Abs(together[0] - alone) > 0.01f, $"{together[0]} with the others, {alone} alone");
    }

    [Fact]
    public void What_is_not_to_be_seen_changes_nothing()
    {
        using MaskRcnn network = TrialModel.CreateNetwork(Settings);
        Tensor[] features = network.Features(Picture());
        RoiAlign.Region[] regions = Regions(0);
        RoiAlign.Region hidden = new(0, new Box(20, 20, 90, 90));

        float[] expected = network.Judge(features, regions).Logits.ToArray();
        float[] actual = network.Judge(features, [hidden, .. regions], firstSeen: 1).Logits.ToArray()[2..];

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void Norms_in_the_box_head_leave_no_room_for_it()
    {
        NetworkSettings settings = Settings with { Backbone = "resnet50", Conventions = Conventions.Matterport };

        SettingsException e = Assert.Throws<SettingsException>(settings.Validate);

        Assert.Equal("Network:BoxRelations is True, expected false, since Network:Conventions is Matterport.", e.Message);
    }

    private static Tensor Picture() => tensor(TrialModel.Pictures[1].Pixels).reshape(1, Settings.InputSize, Settings.InputSize, 3);

    private static RoiAlign.Region[] Regions(int picture) =>
        [.. Enumerable.Range(0, 12).Select(i => new RoiAlign.Region(picture, new Box(i * 10, 10 + (i * 7), (i * 10) + 40, 40 + (i * 9))))];
}
