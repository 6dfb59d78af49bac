using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(CaptureResult))]
[JsonSerializable(typeof(PlantState))]
[JsonSerializable(typeof(PlantEvent))]
[JsonSerializable(typeof(RigInfo))]
[JsonSerializable(typeof(RigHealth))]
[JsonSerializable(typeof(Alarm))]
[JsonSerializable(typeof(DesiredModel))]
[JsonSerializable(typeof(ReportedModel))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(DoubtfulList))]
internal sealed partial class MessageJsonContext : JsonSerializerContext;
