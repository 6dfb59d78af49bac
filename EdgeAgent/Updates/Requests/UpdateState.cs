using System.Text.Json.Serialization;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Updates.Requests;

/// <summary>The newest request and how far it has come: all of an update that outlives the process.</summary>
internal sealed record UpdateState
{
    private const int MostEnds = 20;

    public DesiredModel? Request { get; init; }

    public ModelState State { get; init; }

    /// <summary>Of the requested model; null until the signed metadata has been read.</summary>
    public string? Digest { get; init; }

    public string? Reason { get; init; }

    public int? Progress { get; init; }

    public TrialFigures? Trial { get; init; }

    /// <summary>The wanted model is being run inside the agent; still true at a start: the agent died over it.</summary>
    public bool IsRunning { get; init; }

    /// <summary>How often the agent has died while the wanted model was on trial.</summary>
    public int Deaths { get; init; }

    /// <summary>Null: the model in use has passed its probation.</summary>
    public Probation? Probation { get; init; }

    /// <summary>The ends of earlier requests and of this one, oldest first.</summary>
    public IReadOnlyList<UpdateEnd> History { get; init; } = [];

    /// <summary>There is something left to do.</summary>
    [JsonIgnore]
    public bool IsOpen => Request is not null && State < ModelState.Active;

    /// <summary>The request has come to its end.</summary>
    public UpdateState Ended(ModelState state, string? reason, DateTimeOffset time) => this with
    {
        State = state,
        Reason = reason,
        Progress = null,
        IsRunning = false,
        History = [.. History.TakeLast(MostEnds - 1), new UpdateEnd(Request!.RequestId, Request.Target, Request.Version, Digest, state, reason, time)],
    };
}

/// <summary>A model that has taken over and may still be gone back from.</summary>
/// <param name="RequestId">Who requested it.</param>
/// <param name="Digest">The model.</param>
/// <param name="CapturesLeft">So many without a fault, and it stays.</param>
/// <param name="IsRunning">Still true at a start: the agent died over it.</param>
internal sealed record Probation(string RequestId, string Digest, int CapturesLeft, bool IsRunning);

/// <summary>How a request ended.</summary>
internal sealed record UpdateEnd(
    string RequestId, string Target, string Version, string? Digest, ModelState State, string? Reason, DateTimeOffset Time);
