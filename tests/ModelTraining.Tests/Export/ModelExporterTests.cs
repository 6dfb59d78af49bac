using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Tests.Onnx;

namespace LeafSeg.ModelTraining.Tests.Export;

public sealed class ModelExporterTests
{
    [Fact]
    public void The_file_carries_all_of_its_metadata()
    {
        using TrialModel model = new("efficientnet-lite0");

        Assert.Equal(TrialModel.Metadata(model.Network.Settings).ToProperties(), model.File.Metadata.ToProperties());
    }

    [Fact]
    public void Where_nothing_is_found_the_answer_has_no_rows()
    {
        using TrialModel model = new("resnet18", scoreThreshold: 0.9999f);

        Assert.Empty(model.File.Find(TrialModel.Pictures[0]));
    }

    [Fact]
    public void The_same_network_gives_the_same_bytes_and_a_lean_graph()
    {
        using MaskRcnn network = TrialModel.CreateNetwork("efficientnet-lite0");
        OnnxGraph first = new("leafseg");
        OnnxGraph second = new("leafseg");

        network.WriteTo(first);
        network.WriteTo(second);

        Assert.Equal(first.ToModel([]), second.ToModel([]));
        Assert.InRange(first.NodeCount, 200, 450);
    }
}
