using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Storage;
using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Which models were found to see their golden cases on this processor, in one small file. It only saves time: what cannot be read or
/// written is proven again.
/// </summary>
/// <param name="file">JSON; made with its folder when the first outcome is kept.</param>
public sealed partial class ProofMemory(string file)
{
    private const int Most = 64;
    private readonly string here = $"{Processor.This.Fingerprint} {OrtEnv.Instance().GetVersionString()}";

    /// <returns>Null: not proven here yet. Empty: it sees its golden cases. Else what it saw in their place.</returns>
    public string? Find(string digest) => Read().LastOrDefault(outcome => outcome.Digest == digest && outcome.Processor == here)?.Fault;

    /// <param name="digest">Of the model.</param>
    /// <param name="fault">Empty: it sees its golden cases.</param>
    public void Keep(string digest, string fault)
    {
        Outcome[] outcomes = [.. Read().Where(o => o.Digest != digest || o.Processor != here).TakeLast(Most - 1), new Outcome(digest, here, fault)];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(outcomes, OutcomeJson.Default.OutcomeArray));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Proven again at the next opening.
        }
    }

    private Outcome[] Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), OutcomeJson.Default.OutcomeArray) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    internal sealed record Outcome(string Digest, string Processor, string Fault);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Outcome[]))]
    internal sealed partial class OutcomeJson : JsonSerializerContext;
}
