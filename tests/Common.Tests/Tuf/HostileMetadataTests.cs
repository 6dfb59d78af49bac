using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Tests.Tuf;

/// <summary>Whatever a repository serves, the client refuses or takes it: it does not crash.</summary>
public sealed class HostileMetadataTests
{
    private static readonly RepositoryDraft Draft = Rich();

    private static readonly string[] Names = ["1.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"];

    private static readonly string[] Junk =
    [
        "null", "true", "0", "-1", "1e999", "0.5", "99999999999999999999", "9223372036854775807", "\"\"", "\"\\u0000\"", "\"../../x\"", "[]", "{}", "[[]]",
        "[\"\"]", "[null]", "{\"\":null}", "{\"sha256\":\"\"}", "\"9999-99-99T99:99:99Z\"", "\"1.0\"", "\"[\"", "\"*[!\"", "33", "1",
    ];

    [Fact]
    public void Bytes_that_are_changed_cut_or_moved_are_refused_and_nothing_else() =>
        Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 4])
            .Sample(
                (file, changes) =>
                {
                    List<byte> bytes = [.. Draft.Files[Names[file]]];
                    foreach ((int kind, int a, int b, byte value) in changes)
                    {
                        Change(bytes, kind, a % bytes.Count, b % bytes.Count, value);
                    }

                    TakeOrRefuse(file, [.. bytes]);
                },
                iter: HostileInputs.Count(usually: 2000), seed: "0000KOoQvqL3", threads: 1);

    [Fact]
    public void Values_that_are_not_what_they_should_be_are_refused_also_when_they_are_signed() =>
        Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, 1 << 20], Gen.Int[0, Junk.Length - 1])
            .Sample(
                (file, place, junk) =>
                {
                    JsonNode root = JsonNode.Parse(Draft.Files[Names[file]])!;
                    List<(JsonNode Parent, object Place)> places = [.. Places(root)];
                    (JsonNode parent, object at) = places[place % places.Count];
                    JsonNode? value = JsonNode.Parse(Junk[junk]);
                    if (parent is JsonArray array)
                    {
                        array[(int)at] = value;
                    }
                    else
                    {
                        parent[(string)at] = value;
                    }

                    TakeOrRefuse(file, Encoding.UTF8.GetBytes(root.ToJsonString()));
                },
                iter: HostileInputs.Count(usually: 2000), seed: "0000KOoQvqL3", threads: 1);

    private static void Change(List<byte> bytes, int kind, int a, int b, byte value)
    {
        switch (kind)
        {
            case 0:
                bytes[a] = value;
                break;
            case 1:
                bytes.RemoveRange(a, Math.Min(Math.Max(1, b % 50), bytes.Count - a - 1));
                break;
            case 2:
                bytes.InsertRange(a, bytes.GetRange(b, Math.Min(40, bytes.Count - b)));
                break;
            default:
                bytes.Insert(a, value);
                break;
        }
    }

    private static void TakeOrRefuse(int file, byte[] bytes)
    {
        try
        {
            switch (file)
            {
                case 0:
                    _ = new TrustedMetadata(bytes, RepositoryDraft.Now);
                    break;
                case 1:
                    TrustedMetadata before = new(Draft.Files["1.root.json"], RepositoryDraft.Now);
                    before.Restore(bytes, bytes);
                    before.UpdateTimestamp(bytes);
                    break;
                case 2:
                    TrustedMetadata trusted = new(Draft.Files["1.root.json"], RepositoryDraft.Now);
                    trusted.UpdateTimestamp(Draft.Files["timestamp.json"]);
                    trusted.UpdateSnapshot(bytes);
                    break;
                default:
                    TargetsMetadata targets = new("targets", bytes);
                    foreach (TargetFile target in targets.Targets.Values)
                    {
                        _ = target.PathInRepository(consistentSnapshots: true);
                    }

                    _ = targets.Delegations?.For("leafseg/1.4.0/model.onnx").ToList();
                    break;
            }
        }
        catch (TufException)
        {
        }
    }

    private static IEnumerable<(JsonNode Parent, object Place)> Places(JsonNode node)
    {
        IEnumerable<(object Place, JsonNode? Value)> children = node switch
        {
            JsonObject o => o.Select(member => ((object)member.Key, member.Value)),
            JsonArray a => a.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach ((object place, JsonNode? value) in children.ToList())
        {
            yield return (node, place);
            if (value is not null)
            {
                foreach ((JsonNode, object) deeper in Places(value))
                {
                    yield return deeper;
                }
            }
        }
    }

    /// <summary>Has something of all that metadata can have.</summary>
    private static RepositoryDraft Rich()
    {
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "leafseg/1.4.0/model.onnx", "a model");
        draft.Signed["targets"]["targets"]!["leafseg/1.4.0/model.onnx"]!["custom"] = new JsonObject { ["sites"] = new JsonArray("ghent") };
        draft.Delegate("targets", "ghent", "leafseg/ghent/[a-z]*");
        draft.Delegate("targets", "lab", "leafseg/*/*", terminating: true);
        draft.Publish("targets", "snapshot", "timestamp");
        return draft;
    }
}
