using LeafSeg.Common.Models;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx;

namespace LeafSeg.ModelTraining.Export;

/// <summary>Writes a network into one ONNX file that keeps the model's contract.</summary>
internal static class ModelExporter
{
    /// <summary>Writes the file, over what is there.</summary>
    /// <returns>How many nodes its graph has.</returns>
    public static int Write(MaskRcnn network, ModelMetadata metadata, string path)
    {
        OnnxGraph graph = new("leafseg", "Finds every leaf of a plant seen from above: Mask R-CNN with a feature pyramid.");
        network.WriteTo(graph);
        File.WriteAllBytes(path, graph.ToModel(metadata.ToProperties()));
        return graph.NodeCount;
    }
}
