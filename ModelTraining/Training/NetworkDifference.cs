using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Training;

/// <summary>In which settings two networks differ, in words.</summary>
internal static class NetworkDifference
{
    private const int Named = 3;

    /// <returns>The first settings that differ, with both values; null if none does.</returns>
    public static string? Between(NetworkSettings checkpoint, NetworkSettings settings)
    {
        JsonObject left = JsonSerializer.SerializeToNode(checkpoint, Checkpoint.Json)!.AsObject();
        JsonObject right = JsonSerializer.SerializeToNode(settings, Checkpoint.Json)!.AsObject();
        string[] different =
        [
            .. left.Where(pair => !JsonNode.DeepEquals(pair.Value, right[pair.Key]))
                .Select(pair => $"Network:{pair.Key} is {Text(pair.Value)} there, {Text(right[pair.Key])} here"),
        ];
        string more = different.Length > Named ? $", and {different.Length - Named} more" : "";
        return different.Length == 0 ? null : string.Join(", ", different.Take(Named)) + more;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
