namespace LeafSeg.Common.Models;

/// <summary>How good a model was on pictures it had not seen when it was exported.</summary>
public sealed record ModelScores
{
    /// <summary>Symmetric Best Dice, mean over the pictures, 0..1.</summary>
    public required double Sbd { get; init; }

    /// <summary>Difference in Count, predicted minus true, mean over the pictures.</summary>
    public required double Dic { get; init; }

    /// <summary>Absolute Difference in Count, mean over the pictures.</summary>
    public required double AbsoluteDic { get; init; }

    /// <summary>Foreground-background Dice, mean over the pictures, 0..1.</summary>
    public required double FgBgDice { get; init; }

    /// <summary>Which pictures, in words: "rendered, seeds 900000..900199".</summary>
    public required string Data { get; init; }

    /// <summary>Pictures that were scored.</summary>
    public required int Pictures { get; init; }
}
