using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Processing.Scale;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MarkerScale))]
internal sealed partial class ScaleJson : JsonSerializerContext;
