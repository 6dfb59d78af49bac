using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Training;

/// <summary>Follows a run's progress.</summary>
internal sealed record RunWatcher
{
    /// <summary>After each step: steps done, and a note on it.</summary>
    public Action<int, string> Stepped { get; init; } = (_, _) => { };

    /// <summary>After each validation.</summary>
    public Action<int, LeafScoreSummary> Scored { get; init; } = (_, _) => { };

    /// <summary>When a stage begins, a plateau is acted upon or the run ends early.</summary>
    public Action<int, string> Noted { get; init; } = (_, _) => { };
}
