using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MarkerScale))]
internal sealed partial class ScaleJson : JsonSerializerContext;
