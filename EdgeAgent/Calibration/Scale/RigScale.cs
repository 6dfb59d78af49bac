using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>
/// The scale of each picture of one camera. With markers it follows them; when they are lost, or are not of the size that
/// they should be, the last good scale is kept, over a restart too, results say so, and an alarm lasts until they are back.
/// A plane that several markers have shown stays while a single one is seen that agrees with it.
/// </summary>
/// <param name="options">The camera's scale.</param>
/// <param name="camera">Its name.</param>
/// <param name="alarms">Raised while markers are lost or wrong.</param>
/// <param name="kept">The last scales over a restart.</param>
/// <param name="lens">Digest of the camera's lens: a scale that was kept with another one is not used; null: it has none.</param>
internal sealed class RigScale(ScaleOptions options, string camera, CameraAlarms alarms, KeptScales kept, string? lens = null)
{
    /// <summary>Share of its size by which a marker may be off a plane that stays.</summary>
    private const double Agrees = 0.015;

    private MarkerScale? onDisk = Kept(options, camera, kept, lens);
    private MarkerScale? last = Kept(options, camera, kept, lens);

    public bool NeedsMarkers => options.Markers is not null;

    /// <param name="markers">All that were seen in the picture.</param>
    /// <param name="width">Of the picture, in pixels.</param>
    /// <param name="height">Of the picture, in pixels.</param>
    /// <param name="fits">The picture is of the size that a fixed scale was made for.</param>
    public (PictureScale? Scale, CaptureScale? Published) Now(IReadOnlyList<Marker> markers, int width, int height, bool fits = true)
    {
        (PictureScale? scale, string source) = Choose(markers, width, height, fits);
        return (scale, scale is null ? null : new CaptureScale
        {
            MmPerPx = double.Parse(scale.MmPerPxAt((width - 1) / 2.0, (height - 1) / 2.0).ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            Source = source,
            Objective = options.Objective,
        });
    }

    private (PictureScale? Scale, string Source) Choose(IReadOnlyList<Marker> markers, int width, int height, bool fits)
    {
        if (options.Objectives.FirstOrDefault(objective => objective.Name == options.Objective) is { } objective)
        {
            return (fits ? PictureScale.Fixed(objective.UmPerPx / 1000) : null, ScaleSource.Objective);
        }

        double? mmPerPx = fits ? options.MmPerPx : null;
        PictureScale? setting = mmPerPx is { } known ? PictureScale.Fixed(known) : null;
        if (options.Markers is not { } expected)
        {
            return (setting, ScaleSource.Setting);
        }

        if (last is not null && (last.Width, last.Height, last.SizeMm) != (width, height, expected.SizeMm))
        {
            last = null;
        }

        if (markers.Count == 0)
        {
            alarms.Clear(AlarmCode.MarkerWrongSize, camera);
            alarms.Raise(AlarmCode.MarkerLost, camera, AlarmSeverity.Warning, $"no marker is seen; {KeptInstead(mmPerPx)}: clean or uncover the markers");
        }
        else
        {
            alarms.Clear(AlarmCode.MarkerLost, camera);
            if (markers.Count == 1 && last is { Markers: > 1 } several)
            {
                double sideMm = MarkerPlane.MeanSide(markers[0], several.ToScale());
                if (Math.Abs(sideMm - expected.SizeMm) <= Agrees * expected.SizeMm)
                {
                    alarms.Clear(AlarmCode.MarkerWrongSize, camera);
                    return (several.ToScale(), ScaleSource.Marker);
                }

                alarms.Raise(AlarmCode.MarkerWrongSize, camera, AlarmSeverity.Warning, string.Create(CultureInfo.InvariantCulture,
                    $"marker {markers[0].Id}, the only one seen, looks {sideMm:0.#} mm large by the scale of the {several.Markers} seen before, expected {expected.SizeMm:0.#} mm; {KeptInstead(mmPerPx)}: uncover the others, or measure the print"));
                return (several.ToScale(), ScaleSource.LastMarker);
            }

            MarkerPlane plane = MarkerPlane.Fit(markers, expected.SizeMm);
            if (Disagreement(plane, expected, mmPerPx, width, height) is { } wrong)
            {
                alarms.Raise(AlarmCode.MarkerWrongSize, camera, AlarmSeverity.Warning, $"{wrong}; {KeptInstead(mmPerPx)}: measure the print and set scale.markers.sizeMm");
            }
            else
            {
                alarms.Clear(AlarmCode.MarkerWrongSize, camera);
                Remember(new MarkerScale { Width = width, Height = height, SizeMm = expected.SizeMm, Markers = markers.Count, Lens = lens, ToMillimetres = plane.Scale.ToMillimetres });
                return (plane.Scale, ScaleSource.Marker);
            }
        }

        return last is null ? (setting, ScaleSource.Setting) : (last.ToScale(), ScaleSource.LastMarker);
    }

    private static MarkerScale? Kept(ScaleOptions options, string camera, KeptScales kept, string? lens) =>
        options.Markers is not null && kept.Of(camera) is { } scale && scale.Lens == lens ? scale : null;

    /// <summary>Only a change is written to the disk: marker positions vary a little from picture to picture, and flash wears out.</summary>
    private void Remember(MarkerScale scale)
    {
        last = scale;
        if (onDisk?.IsLike(scale) != true && kept.Keep(camera, scale))
        {
            onDisk = scale;
        }
    }

    private string KeptInstead(double? mmPerPx) => (last, mmPerPx) switch
    {
        (not null, _) => "the last scale is kept",
        (null, not null) => "scale.mmPerPx is used",
        _ => "nothing is published in millimetres",
    };

    private static string? Disagreement(MarkerPlane plane, MarkerScaleOptions expected, double? mmPerPx, int width, int height)
    {
        double share = expected.TolerancePercent / 100;
        if (plane.Markers.MaxBy(fit => Math.Abs(fit.SideMm - expected.SizeMm)) is { } worst && Math.Abs(worst.SideMm - expected.SizeMm) > share * expected.SizeMm)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"marker {worst.Marker.Id} looks {worst.SideMm:0.#} mm large beside the others, expected {expected.SizeMm:0.#} mm");
        }

        double found = plane.Scale.MmPerPxAt((width - 1) / 2.0, (height - 1) / 2.0);
        return mmPerPx is { } roughly && Math.Abs(found - roughly) > share * roughly
            ? string.Create(CultureInfo.InvariantCulture, $"the markers say {found:0.####} mm a pixel, and scale.mmPerPx {roughly:0.####}")
            : null;
    }
}
