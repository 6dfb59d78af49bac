namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>Names of everything that can be wrong with a rig, as they go into topics and dashboards.</summary>
internal static class AlarmCode
{
    /// <summary>The camera cannot be opened or gives no picture.</summary>
    public const string CameraLost = "camera-lost";

    /// <summary>The camera gives the very same picture again and again.</summary>
    public const string CameraFrozen = "camera-frozen";

    /// <summary>The camera gives pictures of another size than was requested, or than pots and scale were made for.</summary>
    public const string CameraSize = "camera-size";

    /// <summary>The camera has not proved by its line that it exposed.</summary>
    public const string ExposureUnproved = "exposure-unproved";

    /// <summary>A GPIO chip is gone: its pulses are not seen, or the camera and the light are not fired.</summary>
    public const string GpioLost = "gpio-lost";

    /// <summary>Pictures are less sharp than the settings allow.</summary>
    public const string PicturesBlurred = "pictures-blurred";

    /// <summary>More of the picture is white than the settings allow.</summary>
    public const string PicturesOverexposed = "pictures-overexposed";

    /// <summary>More of the picture is black than the settings allow.</summary>
    public const string PicturesDark = "pictures-dark";

    /// <summary>The measurement failed on the newest picture.</summary>
    public const string ProcessingFailed = "processing-failed";

    /// <summary>The next start would not find the model that measures now.</summary>
    public const string ModelFile = "model-file";

    /// <summary>The broker refuses results.</summary>
    public const string ResultsRefused = "results-refused";

    /// <summary>A result that can never be sent is kept in a file, and the results after it are sent.</summary>
    public const string ResultsSetAside = "results-set-aside";

    /// <summary>The broker refuses status, info or health, or a plant's newest figures.</summary>
    public const string AnnouncementRefused = "announcement-refused";

    /// <summary>Another client uses this rig's name at the broker.</summary>
    public const string SessionTaken = "session-taken";

    /// <summary>Results cannot be written to the disk.</summary>
    public const string OutboxFailed = "outbox-failed";

    /// <summary>The outbox's file was damaged, and what of it could be read was saved.</summary>
    public const string OutboxDamaged = "outbox-damaged";

    /// <summary>Results take most of the room that they may have.</summary>
    public const string OutboxFilling = "outbox-filling";

    /// <summary>There was no more room, and leaf detail or results were given up.</summary>
    public const string OutboxFull = "outbox-full";

    /// <summary>No marker is seen where the scale comes from markers.</summary>
    public const string MarkerLost = "marker-lost";

    /// <summary>The markers contradict each other or the settings.</summary>
    public const string MarkerWrongSize = "marker-wrong-size";

    /// <summary>A pot's own marker is not seen.</summary>
    public const string PotUnseen = "pot-unseen";

    /// <summary>A pot lies outside the picture, wholly or in part.</summary>
    public const string PotOutside = "pot-outside";

    /// <summary>Pots have run into one another.</summary>
    public const string PotsOverlap = "pots-overlap";

    /// <summary>Little room is left on the disk.</summary>
    public const string DiskLow = "disk-low";

    /// <summary>The clock shows a time that cannot be.</summary>
    public const string ClockUnset = "clock-unset";

    public static IReadOnlyList<string> All { get; } =
    [
        CameraLost, CameraFrozen, CameraSize, ExposureUnproved, GpioLost, PicturesBlurred, PicturesOverexposed, PicturesDark, ProcessingFailed, ModelFile,
        ResultsRefused, ResultsSetAside, AnnouncementRefused, SessionTaken, OutboxFailed, OutboxDamaged, OutboxFilling, OutboxFull, MarkerLost, MarkerWrongSize, PotUnseen, PotOutside,
        PotsOverlap, DiskLow, ClockUnset,
    ];
}
