using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tests;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>A repository that another client was run on, and what it did: tuf-js on ours, python-tuf on those beside the checkout.</summary>
internal sealed record GoldenCase
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<string> Unpacked = new(Unpack);

    public string Folder { get; private init; } = "";

    /// <summary>Folders of all cases, those beside the checkout last.</summary>
    public static IReadOnlyList<string> Folders => [.. new[] { Unpacked.Value, Fixtures.FindBeside("peers/tuf") }.OfType<string>()
        .SelectMany(folder => Directory.GetDirectories(folder).Where(d => File.Exists(Path.Combine(d, "case.json"))).Order())];

    public required string Expect { get; init; }

    public required string Basis { get; init; }

    public required DateTimeOffset ReferenceTime { get; init; }

    public required string TrustedRoot { get; init; }

    public required string? Local { get; init; }

    public required string? LocalTargets { get; init; }

    public required string Metadata { get; init; }

    public required string Targets { get; init; }

    public required string Target { get; init; }

    public required string? ExpectError { get; init; }

    public required string? ExpectTargetSha256 { get; init; }

    public required Dictionary<string, long?> ExpectTrustedVersions { get; init; }

    public required Dictionary<string, long?> ExpectDelegatedVersions { get; init; }

    public required IReadOnlyList<string> Requests { get; init; }

    public static GoldenCase Read(string folder) =>
        JsonSerializer.Deserialize<GoldenCase>(File.ReadAllText(Path.Combine(folder, "case.json")), Options)! with { Folder = folder };

    /// <summary>The case of that name in the repository.</summary>
    public static GoldenCase Own(string name) => Read(Path.Combine(Unpacked.Value, name));

    public string PathOf(string relative) => Path.GetFullPath(Path.Combine(Folder, relative));

    /// <summary>One file holds all of ours; a folder each is made of them, for as long as the tests run.</summary>
    private static string Unpack()
    {
        TemporaryFolder folder = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        foreach (JsonNode? item in JsonNode.Parse(File.ReadAllText(Fixtures.Find("peers/tuf/cases.json")))!.AsArray())
        {
            JsonObject golden = item!.AsObject();
            string place = Path.Combine(folder.Path, (string)golden["name"]!);
            foreach ((string name, JsonNode? content) in golden["files"]!.AsObject())
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(place, name))!);
                File.WriteAllText(Path.Combine(place, name), (string)content!);
            }

            golden.Remove("files");
            File.WriteAllText(Path.Combine(place, "case.json"), golden.ToJsonString());
        }

        return folder.Path;
    }
}
