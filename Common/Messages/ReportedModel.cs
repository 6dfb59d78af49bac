using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>How far a request for a model has come.</summary>
public enum ModelState
{
    /// <summary>Taken up; the reason says what it waits for, if for anything.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>The file is on its way.</summary>
    [JsonStringEnumMemberName("downloading")]
    Downloading,

    /// <summary>The file is here; signature, digest and golden cases are checked.</summary>
    [JsonStringEnumMemberName("verifying")]
    Verifying,

    /// <summary>Runs its golden cases in a process of its own.</summary>
    [JsonStringEnumMemberName("proving")]
    Proving,

    /// <summary>Looks at the same pictures as the model in use.</summary>
    [JsonStringEnumMemberName("trial")]
    Trial,

    /// <summary>Measures.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>The file or the request was refused; the detail gives the reason.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Something went wrong after it took over, and the rig has gone back.</summary>
    [JsonStringEnumMemberName("rolled-back")]
    RolledBack,

    /// <summary>Another request came, or this one was taken back.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,
}

/// <summary><c>leafseg.model-reported/1</c>: retained, sent at each change. Null: there is none.</summary>
public sealed record ReportedModel
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.model-reported/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>When the state was reached, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The request that this answers; null where none has come yet, or it had none that can be read.</summary>
    public required string? RequestId { get; init; }

    /// <summary>Where the update is.</summary>
    public required ModelState State { get; init; }

    /// <summary>In words for a person.</summary>
    public required string? Reason { get; init; }

    /// <summary>Of the download, in percent.</summary>
    public required int? Progress { get; init; }

    /// <summary>The model that is in use.</summary>
    public required ModelInfo Active { get; init; }

    /// <summary>Digest of the model to go back to.</summary>
    public required string? LastGood { get; init; }

    /// <summary>The model that was requested; null: none.</summary>
    public required WantedModel? Wanted { get; init; }

    /// <summary>How far the trial is; null: no model is on trial.</summary>
    public required TrialFigures? Trial { get; init; }
}

/// <summary>A model that was requested.</summary>
public sealed record WantedModel
{
    /// <summary>Its path in the repository.</summary>
    public required string Target { get; init; }

    /// <summary>Its semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>"sha256:" and 64 hexadecimal digits; null until the signed metadata has been read.</summary>
    public required string? Digest { get; init; }
}

/// <summary>A new model against the one in use, on the same pictures.</summary>
public sealed record TrialFigures
{
    /// <summary>Captures that both models have seen.</summary>
    public required int Captures { get; init; }

    /// <summary>Captures that the trial takes.</summary>
    public required int Of { get; init; }

    /// <summary>Leaves of the new model minus those of the one in use, mean over all plants.</summary>
    public required double LeafCountDifference { get; init; }

    /// <summary>The same without its sign.</summary>
    public required double AbsoluteLeafCountDifference { get; init; }

    /// <summary>Leaf area of the new model against the one in use, mean over all plants, without its sign.</summary>
    public required double AbsoluteAreaDifferencePercent { get; init; }

    /// <summary>Time for a picture against the one in use.</summary>
    public required double Slowdown { get; init; }
}
