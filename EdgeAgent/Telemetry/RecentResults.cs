using System.Text.Json;
using System.Text.Json.Serialization;
using LeafSeg.Common.Storage;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>The newest results, over restarts, and the newest overlays of this run.</summary>
/// <param name="file">Where results are remembered; null: nowhere.</param>
/// <param name="storeId">Of the outbox: sequence numbers count within one.</param>
/// <param name="plants">Those of the settings: results of others are forgotten at the start. Null: all count.</param>
/// <param name="time">Null: the system's.</param>
internal sealed partial class RecentResults(
    string? file = null, string storeId = "", IReadOnlySet<string>? plants = null, TimeProvider? time = null) : IDisposable
{
    /// <summary>Name of the file in the state folder.</summary>
    public const string StateFile = "recent.json";

    private const int Most = 1000;

    /// <summary>Who has seen the numbers of a capture may request its picture a moment later.</summary>
    private const int MostOverlays = 4;

    /// <summary>Flash wears out: a power cut may cost an hour of the curves.</summary>
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromHours(1);

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly List<ResultSummary> results = Read(file, storeId, plants);
    private readonly Queue<CaptureOverlay> overlays = new();
    private readonly Lock gate = new();
    private long writtenAt = (time ?? TimeProvider.System).GetTimestamp();
    private long acknowledgedUpTo;

    /// <summary>The broker has acknowledged a result of this run.</summary>
    public event Action<ResultSummary>? Acknowledged;

    /// <summary>The newest; null before the first.</summary>
    public CaptureOverlay? Overlay
    {
        get
        {
            lock (gate)
            {
                return overlays.LastOrDefault();
            }
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ResultSummary> All
    {
        get
        {
            lock (gate)
            {
                return [.. results];
            }
        }
    }

    /// <summary>The overlay of a result; null: it is older than the newest few, or not drawn yet.</summary>
    public CaptureOverlay? OverlayOf(long sequence)
    {
        lock (gate)
        {
            return overlays.FirstOrDefault(overlay => overlay.Sequence == sequence);
        }
    }

    /// <summary>The broker may well have been faster and have acknowledged it already.</summary>
    public void Add(ResultSummary result)
    {
        lock (gate)
        {
            result = result with { Acknowledged = result.Sequence <= acknowledgedUpTo };
            results.Add(result);
            if (results.Count > Most)
            {
                results.RemoveAt(0);
            }

            if (time.GetElapsedTime(writtenAt) > BetweenWrites)
            {
                Write();
            }
        }

        if (result.Acknowledged)
        {
            Acknowledged?.Invoke(result);
        }
    }

    public void Show(CaptureOverlay overlay)
    {
        lock (gate)
        {
            overlays.Enqueue(overlay);
            if (overlays.Count > MostOverlays)
            {
                overlays.Dequeue();
            }
        }
    }

    public void Acknowledge(long sequence)
    {
        List<ResultSummary> acknowledged = [];
        lock (gate)
        {
            acknowledgedUpTo = Math.Max(acknowledgedUpTo, sequence);
            for (int i = results.Count - 1; i >= 0 && results[i].Sequence >= sequence; i--)
            {
                if (results[i].Sequence == sequence && !results[i].Acknowledged)
                {
                    acknowledged.Insert(0, results[i] = results[i] with { Acknowledged = true });
                }
            }
        }

        foreach (ResultSummary result in acknowledged.Where(result => !result.FromEarlierRun))
        {
            Acknowledged?.Invoke(result);
        }
    }

    /// <summary>A clean end remembers all of them.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            Write();
        }
    }

    private static List<ResultSummary> Read(string? file, string storeId, IReadOnlySet<string>? plants)
    {
        try
        {
            return file is not null && JsonSerializer.Deserialize(File.ReadAllBytes(file), RecentJson.Default.Remembered) is { } before && before.Store == storeId
                ? [.. before.Results.Where(result => plants?.Contains(result.Plant) != false).Select(result => result with { FromEarlierRun = true })]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private void Write()
    {
        writtenAt = time.GetTimestamp();
        if (file is null || results.Count == 0)
        {
            return;
        }

        try
        {
            DurableFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(new Remembered(storeId, results), RecentJson.Default.Remembered));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are for the eye; the outbox raises the alarm of the disk.
        }
    }

    internal sealed record Remembered(string Store, IReadOnlyList<ResultSummary> Results);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Remembered))]
    internal sealed partial class RecentJson : JsonSerializerContext;
}

/// <summary>A picture with its leaves outlined, and the result that it belongs to.</summary>
/// <param name="Sequence">Of the result.</param>
/// <param name="Capture">Its id.</param>
/// <param name="Jpeg">The picture.</param>
internal sealed record CaptureOverlay(long Sequence, Guid Capture, byte[] Jpeg);
