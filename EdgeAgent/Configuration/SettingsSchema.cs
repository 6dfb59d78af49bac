using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LeafSeg.EdgeAgent.Ingest;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>The JSON Schema (2020-12) of the settings file, made of the options classes: an editor shows what can be written.</summary>
internal static class SettingsSchema
{
    /// <summary>Of this machine or this user: their defaults belong in no schema.</summary>
    private static readonly (Type Section, string Name)[] OfThisMachine =
        [(typeof(AgentOptions), nameof(AgentOptions.Rig)), (typeof(AgentOptions), nameof(AgentOptions.StateFolder)), (typeof(IngestOptions), nameof(IngestOptions.Name))];

    private static readonly JsonSerializerOptions Settings = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepWhatCanBeSet } },
    };

    public static string Text()
    {
        JsonObject schema = JsonSchemaExporter.GetJsonSchemaAsNode(Settings, typeof(AgentOptions), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = WithDefault,
        }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Settings of leafseg-agent");
        schema["properties"]!.AsObject().Insert(0, SettingsCheck.SchemaKey, new JsonObject { ["type"] = "string" });
        return schema.ToJsonString(Settings);
    }

    /// <summary>A property that is computed of others is no setting; one that "required" marks has a default all the same or is checked later.</summary>
    private static void KeepWhatCanBeSet(JsonTypeInfo type)
    {
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Set is null)
            {
                type.Properties.RemoveAt(i);
            }
            else
            {
                type.Properties[i].IsRequired = false;
            }
        }
    }

    private static JsonNode WithDefault(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is JsonObject setting && context.PropertyInfo is { Get: { } get } property && !IsOfThisMachine(property)
            && JsonSerializer.SerializeToNode(get(Activator.CreateInstance(property.DeclaringType)!), property.PropertyType, Settings) is JsonValue value)
        {
            setting["default"] = value;
        }

        return schema;
    }

    private static bool IsOfThisMachine(JsonPropertyInfo property) =>
        OfThisMachine.Any(one => one.Section == property.DeclaringType && one.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase));
}
