using System.Text.Json;

namespace LeafSeg.Common.Segmentation;

/// <summary>One node of a graph that ran, and where, as ONNX Runtime's profiler recorded it.</summary>
internal sealed record NodeRun(string Operator, string Provider)
{
    /// <summary>Reads a profile: a JSON array of events, those of category Node carry operator and provider.</summary>
    public static IReadOnlyList<NodeRun> ReadProfile(string path)
    {
        using FileStream file = File.OpenRead(path);
        using JsonDocument profile = JsonDocument.Parse(file);
        List<NodeRun> nodes = [];
        foreach (JsonElement entry in profile.RootElement.EnumerateArray())
        {
            if (entry.TryGetProperty("cat", out JsonElement category) && category.ValueEquals("Node")
                && entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            {
                JsonElement details = entry.GetProperty("args");
                nodes.Add(new NodeRun(details.GetProperty("op_name").GetString()!, details.GetProperty("provider").GetString()!));
            }
        }

        return nodes;
    }
}
