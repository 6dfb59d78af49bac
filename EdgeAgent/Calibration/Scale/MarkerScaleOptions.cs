using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>Markers of the printed sheet, lying flat at the height of the pots' rims.</summary>
internal sealed record MarkerScaleOptions
{
    /// <summary>Side of the black square, measured on the print.</summary>
    public double SizeMm { get; init; }

    /// <summary>So many percent may a marker differ from the others, or from mmPerPx, before it is taken for one of a wrong size.</summary>
    public double TolerancePercent { get; init; } = 5;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (SizeMm is not (> 0 and <= 1000))
        {
            yield return new SettingProblem($"{name}.sizeMm", SizeMm, "more than 0 and at most 1000 millimetres");
        }

        if (TolerancePercent is not (>= 0.5 and <= 50))
        {
            yield return new SettingProblem($"{name}.tolerancePercent", TolerancePercent, "0.5 to 50 percent");
        }
    }
}
