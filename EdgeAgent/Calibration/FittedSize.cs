using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Calibration.Scale;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Calibration;

/// <summary>
/// The picture size and the lens that a camera's pots and scale were made for: both count in pixels, and a camera that gives
/// another size after a restart, or whose lens was calibrated since, would measure on with the wrong ones. They are those of
/// the first picture since pots and scale were last changed, and are remembered over restarts.
/// </summary>
internal sealed partial class FittedSize
{
    private readonly string camera;
    private readonly (int? Width, int? Height) asked;
    private readonly string folder;
    private readonly CameraAlarms alarms;
    private readonly CameraLens? lens;
    private readonly string? settings;
    private Kept? kept;

    /// <param name="camera">Its name.</param>
    /// <param name="asked">The size that the settings ask the camera for; null: any.</param>
    /// <param name="pots">Its pots.</param>
    /// <param name="scale">Its scale.</param>
    /// <param name="folder">Where sizes are remembered; made where it is missing.</param>
    /// <param name="alarms">Raised when a picture has another size, cleared when one fits again.</param>
    /// <param name="lens">The camera's lens; null: it was not calibrated.</param>
    public FittedSize(string camera, (int? Width, int? Height) asked, PotsOptions pots, ScaleOptions scale, string folder, CameraAlarms alarms, CameraLens? lens = null)
    {
        (this.camera, this.asked, this.folder, this.alarms, this.lens) = (camera, asked, folder, alarms, lens);
        IReadOnlyList<Pot> standing = pots.Standing();
        string? fixedScale = scale.Objective ?? scale.MmPerPx?.ToString("R", CultureInfo.InvariantCulture);
        if (standing.Count > 0 || fixedScale is not null)
        {
            settings = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(';', standing)} {fixedScale}")))[..16];
        }

        kept = Read() is { } before && before.Settings == settings ? before : null;
    }

    private string FileName => Path.Combine(folder, $"{camera}.json");

    /// <summary>What is wrong with pictures of a size; null: nothing.</summary>
    public string? Problem(int width, int height)
    {
        if ((asked.Width ?? width, asked.Height ?? height) is var (w, h) && (w, h) != (width, height))
        {
            return $"gives {width}x{height} pixels, and {asked.Width ?? width}x{asked.Height ?? height} were asked for; choose a size that it has (v4l2-ctl --list-formats-ext)";
        }

        if (lens is { } calibrated && calibrated.Size != (width, height))
        {
            return $"gives {width}x{height} pixels, and its lens was calibrated for {calibrated.Width}x{calibrated.Height}; set the camera back, or calibrate the lens again (leafseg-agent calibrate lens)";
        }

        if (kept is not null && kept.Lens != lens?.Digest)
        {
            return $"has another lens than pots and scale were measured with ({(kept.Lens, lens) switch
            {
                (null, _) => "it was calibrated since",
                (_, null) => "its calibration was removed since",
                _ => "it was calibrated again since",
            }}); measure pots and scale again on the corrected picture (leafseg-agent layout and calibrate check, each with --lens; if they are right as they are, remove {FileName})";
        }

        return kept is null || (kept.Width, kept.Height) == (width, height)
            ? null
            : $"gives {width}x{height} pixels, and pots and scale were made for {kept.Width}x{kept.Height}; set the camera back, "
              + $"or measure pots and scale again (leafseg-agent layout and calibrate check; if they are right as they are, remove {FileName})";
    }

    /// <summary>Whether pots and scale may be used on a picture of this size; remembers the first.</summary>
    public bool Fits(int width, int height)
    {
        if (Problem(width, height) is { } problem)
        {
            alarms.Raise(AlarmCode.CameraSize, camera, AlarmSeverity.Critical, $"the camera {problem}; until then fixed pots are not measured, and nothing is published in millimetres but by markers");
            return false;
        }

        alarms.Clear(AlarmCode.CameraSize, camera);
        if (kept is null && settings is not null)
        {
            Write(kept = new Kept(width, height, settings, lens?.Digest));
        }

        return true;
    }

    private Kept? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FileName), Json.Default.Kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Write(Kept size)
    {
        try
        {
            Directory.CreateDirectory(folder);
            DurableFile.Write(FileName, JsonSerializer.SerializeToUtf8Bytes(size, Json.Default.Kept));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It counts for this run; the outbox raises the alarm of the disk.
        }
    }

    /// <param name="Width">Pixels.</param>
    /// <param name="Height">Pixels.</param>
    /// <param name="Settings">Digest of pots and scale.</param>
    /// <param name="Lens">Digest of the lens; null: none, as in a file of an older agent.</param>
    internal sealed record Kept(int Width, int Height, string Settings, string? Lens = null);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(Kept))]
    private sealed partial class Json : JsonSerializerContext;
}
