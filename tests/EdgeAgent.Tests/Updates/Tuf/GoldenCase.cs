using System.Text.Json;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

/// <summary>A repository that the reference client was run on, and what it did.</summary>
internal sealed record GoldenCase
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Folder { get; private init; } = "";

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

    public string PathOf(string relative) => Path.GetFullPath(Path.Combine(Folder, relative));
}
