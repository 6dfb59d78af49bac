using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Traits;
using LeafSeg.Validation;

namespace LeafSeg.Common.Tests.Messages;

public sealed class MessageTests
{
    private static readonly string Digest = $"sha256:{new string('a', 64)}";

    private static readonly Gen<double?> Number = OrNull(Gen.Double[0, 1].Select(x => Math.Round(x, 3)));

    private static readonly Gen<CaptureResult> AnyCapture =
        from id in Gen.Long[0, 2_000_000_000_000]
        from counts in Gen.Long[0, long.MaxValue / 2].Array[4]
        from quality in Number.Array[10]
        from state in Gen.Enum<ClockState>()
        from kind in Gen.Enum<TriggerKind>()
        from scale in OrNull(Gen.Double[0.01, 2])
        from size in Gen.Int[1, 12]
        from labels in Gen.UShort[0, 3].Array[size * size]
        from scores in Gen.Float[0, 1].Array[3]
        from flags in Gen.Bool.Array[3]
        select new CaptureResult
        {
            Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(id)),
            Site = "ghent",
            Rig = "r17",
            Boot = "9c1e4a7d",
            Sequence = counts[0],
            Time = DateTimeOffset.FromUnixTimeMilliseconds(id).ToOffset(TimeSpan.FromHours(5.5)),
            Clock = new CaptureClock { State = state, ErrorMs = quality[0], MonotonicNs = counts[1] },
            Trigger = new CaptureTrigger { Kind = kind, EdgeMonotonicNs = flags[0] ? counts[2] : null, MissedBefore = counts[3] },
            Camera = new CaptureCamera { Name = "top", Width = size, Height = size, ExposureUs = quality[1], Fired = flags[0] ? flags[1] : null, ExposedMonotonicNs = flags[0] ? counts[2] : null },
            Model = new CaptureModel { Name = "leafseg", Version = "1.0.0", Digest = Digest, Provider = "CPU" },
            Quality = new CaptureQuality { Sharpness = quality[2], Saturated = quality[3], Dark = quality[4], Frozen = flags[1] ? flags[2] : null },
            Scale = scale is { } known ? new CaptureScale { MmPerPx = known, Source = "setting" } : null,
            Plants = [Plant(new LabelMap(size, size, labels), scale, scores)],
            TimingMs = new CaptureTiming
            {
                Expose = quality[4],
                Grab = quality[5],
                Queue = quality[6],
                Infer = quality[7],
                Measure = quality[8],
                Record = quality[9],
            },
            Replayed = flags[2],
        };

    public static TheoryData<string> Schemas => [.. MessageSchemas.Names];

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(ExampleFolder).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string ExampleFolder => Path.Combine(AppContext.BaseDirectory, "Messages", "Examples");

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Each_schema_lies_beside_the_program_and_has_an_example(string name)
    {
        Assert.Equal(MessageSchemas.Read(name), File.ReadAllText(SchemaFile(name)));
        Assert.True(File.Exists(Path.Combine(ExampleFolder, $"{name}.0.json")));
    }

    /// <summary>Every version that was ever published stays here, and stays readable.</summary>
    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_published_example_is_valid_and_readable(string example)
    {
        byte[] json = File.ReadAllBytes(Path.Combine(ExampleFolder, $"{example}.json"));
        string schema = example[..example.LastIndexOf('.')];
        Assert.Equal([""], JsonSchemaValidator.Errors(SchemaFile(schema), [Encoding.UTF8.GetString(json)]));

        byte[] again = schema switch
        {
            "leafseg.capture-1" => MessageJson.Write(MessageJson.ReadCapture(json)),
            "leafseg.plant-1" => MessageJson.Write(MessageJson.ReadPlant(json)),
            "leafseg.event-1" => MessageJson.Write(MessageJson.ReadEvent(json)),
            "leafseg.info-1" => MessageJson.Write(MessageJson.ReadInfo(json)),
            "leafseg.health-1" => MessageJson.Write(MessageJson.ReadHealth(json)),
            "leafseg.alarm-1" => MessageJson.Write(MessageJson.ReadAlarm(json)),
            "leafseg.command-result-1" => MessageJson.Write(MessageJson.ReadCommandResult(json)),
            "leafseg.model-desired-1" => MessageJson.Write(MessageJson.ReadDesiredModel(json)),
            "leafseg.model-reported-1" => MessageJson.Write(MessageJson.ReadReportedModel(json)),
            _ => throw new InvalidOperationException($"Nothing reads {schema}."),
        };
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(again)), Encoding.UTF8.GetString(again));
    }

    [Fact]
    public void Every_capture_is_valid_comes_back_whole_and_makes_valid_plants()
    {
        List<string> captures = [];
        List<string> plants = [];
        AnyCapture.Sample(
            capture =>
            {
                byte[] json = MessageJson.Write(capture);
                Assert.Equal(json, MessageJson.Write(MessageJson.ReadCapture(json)));
                byte[] plant = MessageJson.Write(PlantState.From(capture, capture.Plants[0]));
                Assert.Equal(plant, MessageJson.Write(MessageJson.ReadPlant(plant)));
                captures.Add(Encoding.UTF8.GetString(json));
                captures.Add(Encoding.UTF8.GetString(MessageJson.Write(capture.WithoutLeaves())));
                plants.Add(Encoding.UTF8.GetString(plant));
            },
            threads: 1);
        Assert.All(JsonSchemaValidator.Errors(SchemaFile("leafseg.capture-1"), captures).Zip(captures), pair => Assert.True(pair.First.Length == 0, string.Join(' ', pair)));
        Assert.All(JsonSchemaValidator.Errors(SchemaFile("leafseg.plant-1"), plants), Assert.Empty);
    }

    public static TheoryData<string, (string Place, string Wrong)[]> Mistakes => new()
    {
        {
            "leafseg.capture-1",
            [
                ("plants/0/leaf_count", "\"2\""),
                ("plants/0/leaf_count", "null"),
                ("plants/0/leaf_count", "0"),
                ("plants/0/projected_leaf_area_mm2", "null"),
                ("plants/0/leaves", "null"),
                ("plants/0/leaves/0/area_px", "6120.5"),
                ("plants/0/leaves/0/score", "1.01"),
                ("plants/0/leaves/0/box", "[1,2,3]"),
                ("plants/0/compactness", "1.2"),
                ("plants/0/plant", "\"A 3\""),
                ("scale", "null"),
                ("id", "\"0192f3b0-8f6e-4c41-9c0b-5d0f3a1c7e22\""),
                ("time", "\"2026-11-22 10:15:30\""),
                ("schema", "\"leafseg.capture/2\""),
                ("clock/state", "\"ok\""),
                ("model/digest", "\"sha256:5f1d\""),
                ("omitted", "[\"leaves\"]"),
            ]
        },
        {
            "leafseg.plant-1",
            [
                ("leaf_count", "-1"),
                ("in_frame", "\"true\""),
            ]
        },
        {
            "leafseg.event-1",
            [
                ("kind", "\"leaf-eaten\""),
                ("leaf_id", "0"),
                ("series", "null"),
            ]
        },
        {
            "leafseg.info-1",
            [
                ("provider", "\"GPU\""),
            ]
        },
        {
            "leafseg.health-1",
            [
                ("alarms", "null"),
                ("disk_used_percent", "141.7"),
            ]
        },
        {
            "leafseg.alarm-1",
            [
                ("severity", "\"bad\""),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_does_not_pass_the_schema(string schema, (string Place, string Wrong)[] mistakes)
    {
        IReadOnlyList<string> errors = JsonSchemaValidator.Errors(SchemaFile(schema), mistakes.Select(mistake =>
        {
            JsonNode message = JsonNode.Parse(File.ReadAllText(Path.Combine(ExampleFolder, $"{schema}.0.json")))!;
            string[] path = mistake.Place.Split('/');
            JsonNode parent = path[..^1].Aggregate(message, (node, key) => int.TryParse(key, out int index) ? node[index]! : node[key]!);
            parent[path[^1]] = JsonNode.Parse(mistake.Wrong);
            return message.ToJsonString();
        }));
        Assert.All(mistakes.Zip(errors), pair => Assert.True(pair.Second.Length > 0, $"{pair.First.Place} may be {pair.First.Wrong}"));
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void No_key_may_be_left_out_and_others_may_be_added(string schema)
    {
        JsonObject message = JsonNode.Parse(File.ReadAllText(Path.Combine(ExampleFolder, $"{schema}.0.json")))!.AsObject();
        string[] keys = [.. message.Select(pair => pair.Key)];
        string[] shortened = [.. keys.Select(key =>
        {
            JsonObject copy = message.DeepClone().AsObject();
            copy.Remove(key);
            return copy.ToJsonString();
        })];
        Assert.All(JsonSchemaValidator.Errors(SchemaFile(schema), shortened).Zip(keys),
            pair => Assert.Contains($"'{pair.Second}' is a required property", pair.First, StringComparison.Ordinal));

        message["added_later"] = 1;
        Assert.Equal([""], JsonSchemaValidator.Errors(SchemaFile(schema), [message.ToJsonString()]));
    }

    [Fact]
    public void Times_are_written_in_UTC()
    {
        Alarm alarm = new()
        {
            Since = new DateTimeOffset(2026, 11, 23, 1, 30, 0, 7, TimeSpan.FromHours(5.5)),
            Severity = AlarmSeverity.Critical,
            Detail = "",
        };
        Assert.Contains("\"2026-11-22T20:00:00.007Z\"", Encoding.UTF8.GetString(MessageJson.Write(alarm)), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_leaf_keeps_its_own_score_and_number_where_another_is_wholly_hidden()
    {
        CapturedPlant plant = Plant(Maps.Of(".....", ".113.", ".113.", "....."), 0.125, [0.91239f, 0.8f, 0.7f]);
        Assert.Equal([(1, 0.912, 4, 0.0625), (3, 0.7, 2, 0.03125)], plant.Leaves!.Select(leaf => (leaf.Leaf, leaf.Score, leaf.AreaPx, leaf.AreaMm2!.Value)));
        Assert.Equal([3, 1, 4, 3], plant.Leaves![1].Box);
        Assert.Equal([1.5, 1.5], plant.Leaves[0].Centroid);
        Assert.Equal((2, 6, 1.0), (plant.LeafCount, plant.ProjectedLeafAreaPx, plant.Compactness));
    }

    [Fact]
    public void Another_major_version_is_not_read()
    {
        string json = File.ReadAllText(Path.Combine(ExampleFolder, "leafseg.capture-1.0.json"));
        byte[] later = Encoding.UTF8.GetBytes(json.Replace("leafseg.capture/1", "leafseg.capture/2", StringComparison.Ordinal));
        JsonException error = Assert.Throws<JsonException>(() => MessageJson.ReadCapture(later));
        Assert.Contains("leafseg.capture/2", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Published => [.. Fixtures.All("peers/homeassistant/states.jsonl")];

    [Theory]
    [MemberData(nameof(Published))]
    public void What_Home_Assistant_took_is_valid_and_has_the_same_keys(string file)
    {
        string[] lines = File.ReadAllLines(file);
        Dictionary<string, string> schemaOf = new()
        {
            ["info"] = "leafseg.info-1",
            ["health"] = "leafseg.health-1",
            ["plant"] = "leafseg.plant-1",
            ["alarm"] = "leafseg.alarm-1",
        };
        Dictionary<string, List<string>> messages = schemaOf.Values.ToDictionary(schema => schema, _ => new List<string>());
        foreach (string line in lines)
        {
            JsonNode published = JsonNode.Parse(line)!;
            string kind = ((string)published["topic"]!).Split('/').ElementAtOrDefault(4) ?? "";
            string payload = (string?)published["payload"] ?? "";
            if (payload.Length == 0 || !schemaOf.TryGetValue(kind, out string? schema))
            {
                continue;
            }

            // The peers' digest is shortened.
            messages[schema].Add(payload.Replace("sha256:5f1d", Digest, StringComparison.Ordinal));
        }

        foreach ((string schema, List<string> published) in messages)
        {
            Assert.NotEmpty(published);
            Assert.All(JsonSchemaValidator.Errors(SchemaFile(schema), published), Assert.Empty);
            string[] ours = Keys(JsonNode.Parse(File.ReadAllText(Path.Combine(ExampleFolder, $"{schema}.0.json"))));
            Assert.All(published, message => Assert.Equal(ours, Keys(JsonNode.Parse(message))));
        }
    }

    private static string[] Keys(JsonNode? node, string at = "") => node is JsonObject values
        ? [.. values.SelectMany(pair => Keys(pair.Value, $"{at}/{pair.Key}")).Order(StringComparer.Ordinal)]
        : [at];

    private static Gen<double?> OrNull(Gen<double> numbers) => Gen.Select(Gen.Bool, numbers, (known, number) => known ? number : (double?)null);

    private static CapturedPlant Plant(LabelMap labels, double? scale, float[] scores) => CapturedPlant.From(
        "a3", PlantTraits.Measure(labels, scale is { } known ? PictureScale.Fixed(known) : null),
        [.. scores.Select(score => new LeafInstance { Box = default, Score = score, MaskSize = 1, Mask = [1] })]);

    private static string SchemaFile(string name) => Path.Combine(AppContext.BaseDirectory, "schemas", $"{name}.schema.json");
}
