using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LeafSeg.EdgeAgent.Tests.Configuration;

/// <summary>docs/settings.md: names, types and defaults from the JSON Schema, meanings from the comments of the example file.</summary>
internal static partial class SettingsPage
{
    private const string Head = """
        # Settings

        Every setting of `leafseg-agent`. The file is JSON with comments; what is left out keeps its default. An environment variable
        takes precedence over the file: `LEAFSEG_broker__password` is `broker.password`. `leafseg-agent check-config FILE` names every setting that is
        wrong, `leafseg-agent check-config --schema` prints the JSON Schema.

        This page is generated from that schema and from the comments in
        [deploy/leafseg-agent.json](../deploy/leafseg-agent.json); a test compares them. After a change of either, run
        `WRITE_DOCS=1 tests/EdgeAgent.Tests/bin/Release/net10.0/LeafSeg.EdgeAgent.Tests -class "*SettingsPageTests"`.

        """;

    /// <summary>Sections that are explained once.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["moreCameras"] = "further cameras, each with the settings of [camera](#camera), a name and plants of its own",
        ["camera.pots"] = "of this camera alone, as [pots](#pots); null: those of `pots`",
        ["camera.scale"] = "of this camera alone, as [scale](#scale); null: that of `scale`",
    };

    /// <param name="schema">The schema's text.</param>
    /// <param name="example">The commented example's text.</param>
    public static string Write(string schema, string example)
    {
        Dictionary<string, string> meanings = Meanings(example);
        JsonObject root = JsonNode.Parse(schema)!.AsObject();
        ReplaceReferences(root, root);
        JsonObject properties = Properties(root)!;
        StringBuilder page = new(Head);
        page.Append("\n## General\n\n");
        Table(page, properties.Where(p => Properties(p.Value!.AsObject()) is null), "", meanings);
        foreach ((string name, JsonNode? section) in properties.Where(p => Properties(p.Value!.AsObject()) is not null))
        {
            page.Append(CultureFree($"\n## {name}\n\n"));
            if (meanings.TryGetValue(name, out string? meaning))
            {
                page.Append(CultureFree($"{meaning}\n\n"));
            }

            Table(page, Properties(section!.AsObject())!, $"{name}.", meanings);
        }

        return page.ToString();
    }

    /// <summary>A section that is used twice is written out once, and referred to by its JSON pointer where it comes again.</summary>
    private static void ReplaceReferences(JsonNode? node, JsonObject root)
    {
        foreach (JsonNode? child in node switch { JsonObject o => o.Select(p => p.Value).ToArray(), JsonArray a => [.. a], _ => [] })
        {
            if (child is JsonObject section && section["$ref"] is { } pointer)
            {
                JsonNode target = ((string)pointer!).Split('/').Skip(1).Aggregate((JsonNode)root, (at, name) => at[name]!);
                section.ReplaceWith(target.DeepClone());
            }
            else
            {
                ReplaceReferences(child, root);
            }
        }
    }

    private static void Table(StringBuilder page, IEnumerable<KeyValuePair<string, JsonNode?>> settings, string prefix, Dictionary<string, string> meanings)
    {
        page.Append("| setting | type | default | meaning |\n|---|---|---|---|\n");
        Rows(page, settings, prefix, meanings);
    }

    private static void Rows(StringBuilder page, IEnumerable<KeyValuePair<string, JsonNode?>> settings, string prefix, Dictionary<string, string> meanings)
    {
        foreach ((string name, JsonNode? node) in settings)
        {
            if (name == "$schema")
            {
                continue;
            }

            JsonObject schema = node!.AsObject();
            string full = prefix + name;
            string meaning = Elsewhere.GetValueOrDefault(full, meanings.GetValueOrDefault(full, "")).Replace("|", "\\|", StringComparison.Ordinal);
            page.Append(CultureFree($"| `{full}` | {Type(schema)} | {Default(schema)} | {meaning} |\n"));
            if ((Properties(schema) ?? Properties(schema["items"] as JsonObject)) is { } inner && !Elsewhere.ContainsKey(full))
            {
                Rows(page, inner, Properties(schema) is null ? $"{full}[]." : $"{full}.", meanings);
            }
        }
    }

    private static JsonObject? Properties(JsonObject? schema) => schema?["properties"] as JsonObject;

    private static string Type(JsonObject schema)
    {
        if (schema["enum"] is JsonArray names)
        {
            return string.Join(", ", names.Select(n => n is null ? "null" : $"`{n}`"));
        }

        string[] types = schema["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : [(string)schema["type"]!];
        return string.Join(" or ", types.Select(t => t switch { "object" => "section", "array" => "list", "string" => "text", "boolean" => "true or false", _ => t }));
    }

    private static string Default(JsonObject schema) => schema["default"] is { } value
        ? $"`{value.ToJsonString()}`"
        : schema["type"] is JsonArray or null && schema["enum"] is not JsonArray { Count: > 0 } ? "`null`" : "";

    /// <summary>The comment of each setting: behind it and on the lines below it, or on the lines above it.</summary>
    private static Dictionary<string, string> Meanings(string example)
    {
        Dictionary<string, string> found = [];
        List<string> path = [];
        List<string> above = [];
        string? last = null;
        foreach (string line in example.Split('\n'))
        {
            if (CommentLine().Match(line) is { Success: true } comment)
            {
                // Far to the right it goes on with the comment of the line above.
                if (last is not null && comment.Groups["indent"].Length > 20)
                {
                    found[last] += $" {comment.Groups["text"].Value.Trim()}";
                }
                else
                {
                    above.Add(comment.Groups["text"].Value.Trim());
                }

                continue;
            }

            last = null;
            if (SettingLine().Match(line) is { Success: true } setting)
            {
                string name = string.Join('.', path.Append(setting.Groups["name"].Value));
                string text = setting.Groups["text"].Success ? setting.Groups["text"].Value.Trim() : string.Join(' ', above);
                if (text.Length > 0)
                {
                    found[name] = text;
                }

                if (setting.Groups["text"].Success)
                {
                    last = name;
                }

                if (setting.Groups["value"].Value.TrimEnd() is "{" or "[")
                {
                    path.Add(setting.Groups["name"].Value);
                }
            }
            else if (line.TrimStart().StartsWith('}') && path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }

            above.Clear();
        }

        return found;
    }

    private static string CultureFree(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex("""^(?<indent>\s*)//(?<text>.*)$""")]
    private static partial Regex CommentLine();

    [GeneratedRegex("""^\s*"(?<name>\w+)":\s*(?<value>"[^"]*"|[^/]*?|\[.*?\]|\{.*?\}),?\s*(//(?<text>.*))?$""")]
    private static partial Regex SettingLine();
}
