using System.Text.Json.Serialization;

namespace LeafSeg.Common.Models;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ModelScores))]
[JsonSerializable(typeof(IReadOnlyList<GoldenCase>))]
internal sealed partial class ModelJson : JsonSerializerContext;
