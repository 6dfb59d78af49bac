using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;
using DataType = LeafSeg.ModelTraining.Onnx.Schema.TensorProto.Types.DataType;

namespace LeafSeg.ModelTraining.Tests.Onnx;

public sealed class OnnxGraphTests
{
    [Fact]
    public void Values_are_named_after_their_operator_and_the_scopes_around_it()
    {
        OnnxGraph graph = new("test");
        OnnxValue x = graph.Input("x", DataType.Float, [3]);
        OnnxValue first, second, outside;
        using (graph.Scope("backbone"))
        {
            using (graph.Scope("stem"))
            {
                first = graph.Relu(x);
                second = graph.Relu(first);
            }
        }

        outside = graph.Relu(second);

        Assert.Equal("backbone/stem/relu", first.Name);
        Assert.Equal("backbone/stem/relu_2", second.Name);
        Assert.Equal("relu", outside.Name);
    }

    [Fact]
    public void An_output_bears_the_name_of_the_contract_and_costs_no_node()
    {
        OnnxGraph graph = new("test");
        OnnxValue x = graph.Input("x", DataType.Float, [3]);
        OnnxValue y = graph.Relu(x);
        OnnxValue z = graph.Sigmoid(y);
        graph.Output("boxes", y, DataType.Float, [3], "both an output and an input of the next node");
        graph.Output("scores", z, DataType.Float, [3]);

        using InferenceSession session = new(graph.ToModel([]));

        Assert.Equal(["boxes", "scores"], session.OutputNames);
        Assert.Equal(2, graph.NodeCount);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        OnnxGraph graph = new("test");
        graph.Input("image", DataType.Float, [3]);

        Assert.Throws<ArgumentException>(() => graph.Input("image", DataType.Float, [3]));
    }

    [Fact]
    public void Values_that_do_not_fill_their_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => new OnnxGraph("test").Constant("anchors", [1f, 2, 3], 2, 2));

    [Fact]
    public void Equal_small_constants_are_stored_once()
    {
        OnnxGraph graph = new("test");

        Assert.Equal(graph.Integers(0, -1), graph.Integers(0, -1));
        Assert.Equal(graph.Number(0.5f), graph.Number(0.5f));
        Assert.NotEqual(graph.Number(1), graph.Integer(1));
        Assert.NotEqual(graph.Number(1), graph.Numbers(1));
        Assert.NotEqual(graph.Integer(1), graph.Integers(1));
        Assert.NotEqual(graph.Numbers(1, 2), graph.Integers(1, 2));
        Assert.Equal(8, ModelProto.Parser.ParseFrom(graph.ToModel([])).Graph.Initializer.Count);
    }

    [Fact]
    public void Open_dimensions_and_properties_reach_the_reader()
    {
        OnnxGraph graph = new("test", "what it is for");
        graph.Output("y", graph.Relu(graph.Input("x", DataType.Float, ["N", 4])), DataType.Float, ["N", 4]);

        using InferenceSession session = new(graph.ToModel([new("leafseg.name", "trial"), new("leafseg.note", "ü")]));

        Assert.Equal([-1, 4], session.InputMetadata["x"].Dimensions);
        Assert.Equal(["N", ""], session.OutputMetadata["y"].SymbolicDimensions);
        Assert.Equal("what it is for", session.ModelMetadata.Description);
        Assert.Equal("ü", session.ModelMetadata.CustomMetadataMap["leafseg.note"]);
    }
}
