using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Health;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Raises an alarm when one picture after the other lies beyond a limit of quality.</summary>
internal sealed class QualityWatch(QualityOptions options, AlarmBoard alarms)
{
    private readonly Dictionary<string, int> beyond = [];

    public void Look(FrameQuality quality)
    {
        Look(AlarmCode.PicturesBlurred, quality.Sharpness < options.SharpnessLowest,
            $"sharpness {quality.Sharpness:0.000}, at least {options.SharpnessLowest} is expected (quality.sharpnessLowest): clean and focus the lens");
        Look(AlarmCode.PicturesOverexposed, quality.Saturated > options.SaturatedHighest,
            $"{quality.Saturated:0.0%} of the picture is white, at most {options.SaturatedHighest:0%} is expected (quality.saturatedHighest): lower the exposure");
        Look(AlarmCode.PicturesDark, quality.Dark > options.DarkHighest,
            $"{quality.Dark:0.0%} of the picture is black, at most {options.DarkHighest:0%} is expected (quality.darkHighest): look at the light and the lens");
    }

    private void Look(string code, bool isBeyond, FormattableString detail)
    {
        int inARow = beyond[code] = isBeyond ? beyond.GetValueOrDefault(code) + 1 : 0;

        // Told once: the numbers of every single picture are in its result.
        if (inARow == options.AlarmAfter)
            alarms.Raise(code, AlarmSeverity.Warning, detail.ToString(CultureInfo.InvariantCulture));
        else if (!isBeyond)
            alarms.Clear(code);
    }
}
