using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.model-desired/1</c>: the model that a rig is asked to run; retained, an empty payload withdraws the request.</summary>
public sealed record DesiredModel
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.model-desired/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>Named in every answer; one that came before is not followed again.</summary>
    public required string RequestId { get; init; }

    /// <summary>When it was requested: of two requests the later one counts, in whatever order they arrive.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The model's path in the repository.</summary>
    public required string Target { get; init; }

    /// <summary>The version that is expected there.</summary>
    public required string Version { get; init; }

    /// <summary>Also a model that has failed on this rig before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Retry { get; init; }
}
