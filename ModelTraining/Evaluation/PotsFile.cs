using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LeafSeg.Common.Json;
using LeafSeg.Common.Pots;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Evaluation;

/// <summary>The pots of a settings file of the agent, or of what <c>leafseg-agent layout</c> prints.</summary>
internal static class PotsFile
{
    private const string Section = "pots";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="DatasetException">No such file, not JSON, without pots, or with pots that overlap.</exception>
    public static PotsOptions Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DatasetException($"{path}: no such file; --pots is auto, or a file with a section \"pots\" as in the agent's settings");
        }

        PotsOptions? pots;
        try
        {
            string text = File.ReadAllText(path).Trim();
            // layout prints the section alone, to be copied into a settings file.
            text = text.StartsWith('"') ? $"{{{text}}}" : text;
            JsonNode? root = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            pots = (root is JsonObject settings && settings[Section] is JsonNode section ? section : root).Deserialize<PotsOptions>(Json);
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{path}: no pots can be read from it ({JsonFault.InWords(e)}); expected a section \"pots\" as in the agent's settings, or what 'leafseg-agent layout' prints");
        }

        if (pots is null || !pots.Any)
        {
            throw new DatasetException($"{path}: has no pots, expected rectangles, grid or byMarker in a section \"pots\"; 'leafseg-agent layout' suggests some");
        }

        return PotsOptions.Overlap(pots.Standing()) is { } overlap
            ? throw new DatasetException($"{path}: the pots {overlap.One.Plant} and {overlap.Other.Plant} overlap, expected pots apart from each other; marginPx sees to leaves that hang over")
            : pots;
    }
}
