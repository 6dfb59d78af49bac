using System.Text.Json;
using LeafSeg.Common.Storage;

namespace LeafSeg.EdgeAgent.Calibration.Scale;

/// <summary>The last scale by markers of each camera, one small file each, so that a restart does not lose it.</summary>
internal sealed class KeptScales(string folder)
{
    /// <summary>Null where there is none, or none that can be read: the next marker gives one.</summary>
    public MarkerScale? Of(string camera)
    {
        try
        {
            MarkerScale? kept = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(camera)), ScaleJson.Default.MarkerScale);
            _ = kept?.ToScale();
            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <returns>False: the disk refuses, which is for the next picture to try again; the outbox raises the alarm.</returns>
    public bool Keep(string camera, MarkerScale scale)
    {
        try
        {
            Directory.CreateDirectory(folder);
            DurableFile.Write(FileOf(camera), JsonSerializer.SerializeToUtf8Bytes(scale, ScaleJson.Default.MarkerScale));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string FileOf(string camera) => Path.Combine(folder, $"{camera}.json");
}
