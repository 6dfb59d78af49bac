using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Tests.Configuration;

/// <summary>The example that ships, with something changed that a person, an editor or a broken disk may change.</summary>
public sealed class HostileSettingsTests : IDisposable
{
    private static readonly JsonDocumentOptions Comments = new() { CommentHandling = JsonCommentHandling.Skip };

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "1e999", "-1e999", "1e-999", "99999999999999999999", "0.5", "\"\"", "\" \"", "\"NaN\"", "\"Infinity\"", "\"1,5\"",
        "\"0x10\"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"/dev/null\"", "\"/\"", "\"25:00\"", "\"06:30\"", "\"::1:1883\"", "\"[::1]:1883\"", "\"a:99999\"",
        "\"Europe/Ghent\"", "\"+\"", "\"#\"", "\"a/b\"", "\"Ünïcode\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":1}", "{\"0\":{}}", "[1,\"a\",true]", "{\"path\":{}}", "[{\"plant\":\"a1\"}]",
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void No_hostile_settings_crash_and_each_that_is_wrong_is_named()
    {
        int count = HostileInputs.Count(usually: 3_000);
        string example = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "leafseg-agent.json")), documentOptions: Comments)!.ToJsonString();
        string path = Path.Combine(folder.Path, "settings.json");
        Random random = new(20261124);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] settings = Changed(example, random);
            File.WriteAllBytes(path, settings);
            try
            {
                SettingsFile.ThrowIfAny(path, SettingsFile.Read(path).Problems());
            }
            catch (AgentException e)
            {
                refused++;
                Assert.True(e.ExitCode == ExitCode.Setting && e.Message.Contains("found ", StringComparison.Ordinal), Describe(settings, e));
            }
#pragma warning disable CA1031 // Any failure is shown with the settings that caused it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Assert.Fail(Describe(settings, e));
            }
        }

        Assert.InRange(refused, count / 4, count - 1);
    }

    private static byte[] Changed(string example, Random random)
    {
        JsonNode settings = JsonNode.Parse(example)!;
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            Change(settings, random);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(settings.ToJsonString());
        switch (random.Next(10))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
        }

        return bytes;
    }

    /// <summary>One place, anywhere in the tree, gets another value or another name.</summary>
    private static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            if (node is JsonArray { Count: > 0 } list)
            {
                int at = random.Next(list.Count);
                if (list[at] is JsonObject or JsonArray && random.Next(4) > 0)
                {
                    node = list[at]!;
                    continue;
                }

                list[at] = Value(random);
                return;
            }

            if (node is not JsonObject { Count: > 0 } section)
            {
                return;
            }

            string name = section.ElementAt(random.Next(section.Count)).Key;
            if (section[name] is JsonObject or JsonArray && random.Next(6) > 0)
            {
                node = section[name]!;
                continue;
            }

            if (random.Next(5) == 0)
            {
                section[name + (random.Next(2) == 0 ? "x" : ":0")] = Value(random);
            }
            else
            {
                section[name] = Value(random);
            }

            return;
        }
    }

    private static JsonNode? Value(Random random) => JsonNode.Parse(Values[random.Next(Values.Length)]);

    private static string Describe(byte[] settings, Exception e) => $"{Encoding.UTF8.GetString(settings)}\n{e}";
}
