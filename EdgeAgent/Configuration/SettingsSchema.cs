using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>The JSON Schema (2020-12) of the settings file, made of the options classes: an editor shows what can be written.</summary>
internal static class SettingsSchema
{
    /// <summary>Of this machine or this user: their defaults belong in no schema.</summary>
    private static readonly string[] OfThisMachine = [nameof(AgentOptions.Rig), nameof(AgentOptions.StateFolder)];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Text()
    {
        JsonObject schema = Section(typeof(AgentOptions));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Settings of leafseg-agent");
        schema["properties"]!.AsObject().Insert(0, SettingsCheck.SchemaKey, new JsonObject { ["type"] = "string" });
        return schema.ToJsonString(Indented);
    }

    private static JsonObject Section(Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        NullabilityInfoContext nullability = new();
        JsonObject properties = [];
        foreach (PropertyInfo setting in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            bool nullable = nullability.Create(setting).WriteState == NullabilityState.Nullable;
            JsonObject schema = Of(Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType, nullable);
            if (DefaultOf(setting, defaults) is { } value)
            {
                schema["default"] = value;
            }

            properties[JsonNamingPolicy.CamelCase.ConvertName(setting.Name)] = schema;
        }

        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject Of(Type type, bool nullable)
    {
        if (type.IsEnum)
        {
            JsonArray names = [.. Enum.GetNames(type).Select(n => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(n))];
            if (nullable)
            {
                names.Add(null);
            }

            return new JsonObject { ["enum"] = names };
        }

        JsonObject schema = type switch
        {
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
            _ when type == typeof(double) || type == typeof(float) => new JsonObject { ["type"] = "number" },
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
                new JsonObject { ["type"] = "array", ["items"] = Of(type.GetGenericArguments()[0], nullable: false) },
            _ => Section(type),
        };
        if (nullable)
        {
            schema["type"] = new JsonArray((string?)schema["type"], "null");
        }

        return schema;
    }

    private static JsonNode? DefaultOf(PropertyInfo setting, object defaults) =>
        OfThisMachine.Contains(setting.Name) ? null : setting.GetValue(defaults) switch
        {
            string text => text,
            bool flag => flag,
            int number => number,
            double number => number,
            float number => number,
            Enum name => JsonNamingPolicy.CamelCase.ConvertName(name.ToString()),
            _ => null,
        };
}
