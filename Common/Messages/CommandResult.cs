using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary>What became of a command.</summary>
public enum CommandOutcome
{
    /// <summary>It was followed.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It was not understood, or must not be followed; nothing has changed.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It was understood and could not be followed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary><c>leafseg.command-result/1</c>: the answer to a command. Null: has nothing to do with this command.</summary>
public sealed record CommandResult
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.command-result/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>Of the command; null where it could not be read.</summary>
    public required string? Id { get; init; }

    /// <summary>Its name, as far as it can stand in a topic.</summary>
    public required string Command { get; init; }

    /// <summary>When the command was done or refused, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What became of it.</summary>
    public required CommandOutcome Outcome { get; init; }

    /// <summary>For a person: what was found, what was expected, what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Ids that the pictures will have which were requested, one a camera.</summary>
    public IReadOnlyList<Guid>? Captures { get; init; }

    /// <summary>Whether the rig is paused from now on.</summary>
    public bool? Paused { get; init; }

    /// <summary>The capture whose picture was sent.</summary>
    public Guid? Image { get; init; }

    /// <summary>What was looked at, and how it is.</summary>
    public IReadOnlyList<RigCheck>? Checks { get; init; }
}

/// <summary>One thing that a rig needs, and how it is.</summary>
public sealed record RigCheck
{
    /// <summary>"camera", "gpio", "model", "provider", "disk", "clock", "broker", ...</summary>
    public required string Name { get; init; }

    /// <summary>Whether what was found is what was expected.</summary>
    public required bool Ok { get; init; }

    /// <summary>What was found, for a person.</summary>
    public required string Found { get; init; }

    /// <summary>What was expected, for a person.</summary>
    public required string Expected { get; init; }

    /// <summary>What to do; empty where all is well.</summary>
    public required string ToDo { get; init; }
}
