using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Json;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Lens;

/// <summary>The lens of each camera that was calibrated, one small file each.</summary>
internal sealed partial class KeptLenses(string stateFolder)
{
    public string FileOf(string camera) => Path.Combine(stateFolder, "lenses", $"{camera}.json");

    /// <summary>Null: none was calibrated.</summary>
    /// <exception cref="AgentException">There is one that cannot be read: measuring on without it would give other areas.</exception>
    public CameraLens? Of(string camera) => File.Exists(FileOf(camera)) ? Read(FileOf(camera)) : null;

    /// <exception cref="AgentException">It cannot be read.</exception>
    public static CameraLens Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), LensJson.Default.CameraLens) is { IsSound: true } lens
                ? lens
                : throw new AgentException(ExitCode.Setting, $"{file}: found no usable lens, expected a file of \"leafseg-agent calibrate lens\"; calibrate again, or remove it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AgentException(ExitCode.Setting, $"{file}: cannot be read ({JsonFault.InWords(e)}); expected a file of \"leafseg-agent calibrate lens\"; calibrate again, or remove it", e);
        }
    }

    /// <exception cref="AgentException">It cannot be written.</exception>
    public static void Write(string file, CameraLens lens)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(lens, LensJson.Default.CameraLens));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"{file}: cannot be written ({e.Message}); expected a folder that this user may write (sudo -u leafseg)", e);
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, WriteIndented = true)]
    [JsonSerializable(typeof(CameraLens))]
    private sealed partial class LensJson : JsonSerializerContext;
}
