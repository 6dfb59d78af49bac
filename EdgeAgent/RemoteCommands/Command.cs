using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>A command that was understood.</summary>
internal sealed record Command
{
    /// <summary>One of <see cref="CommandName.All"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The sender's: the same id is the same command.</summary>
    public required string Id { get; init; }

    /// <summary>When it was given, by the sender's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether the rig shall be paused; null for a command that is not about that.</summary>
    public bool? Paused { get; init; }
}
