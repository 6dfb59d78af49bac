using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Updates.Store;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, WriteIndented = true)]
[JsonSerializable(typeof(List<FailedModel>))]
internal sealed partial class StoreJson : JsonSerializerContext;
