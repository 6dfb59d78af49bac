using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>Raises an alarm when one picture after the other lies beyond a limit of quality.</summary>
internal sealed class QualityWatch(QualityOptions options, CameraAlarms alarms)
{
    private readonly Dictionary<(string Code, string Camera), int> beyond = [];

    public void Look(string camera, FrameQuality quality)
    {
        Look(AlarmCode.PicturesBlurred, camera, quality.Sharpness < options.SharpnessLowest,
            $"sharpness {quality.Sharpness:0.000}, at least {options.SharpnessLowest} is expected (quality.sharpnessLowest): clean and focus the lens");
        Look(AlarmCode.PicturesOverexposed, camera, quality.Saturated > options.SaturatedHighest,
            $"{quality.Saturated:0.0%} of the picture is white, at most {options.SaturatedHighest:0%} is expected (quality.saturatedHighest): lower the exposure");
        Look(AlarmCode.PicturesDark, camera, quality.Dark > options.DarkHighest,
            $"{quality.Dark:0.0%} of the picture is black, at most {options.DarkHighest:0%} is expected (quality.darkHighest): look at the light and the lens");
    }

    private void Look(string code, string camera, bool isBeyond, FormattableString detail)
    {
        int inARow = beyond[(code, camera)] = isBeyond ? beyond.GetValueOrDefault((code, camera)) + 1 : 0;

        // Logged once: the figures of each picture are in its result.
        if (inARow == options.AlarmAfter)
        {
            alarms.Raise(code, camera, AlarmSeverity.Warning, detail.ToString(CultureInfo.InvariantCulture));
        }
        else if (!isBeyond)
        {
            alarms.Clear(code, camera);
        }
    }
}
