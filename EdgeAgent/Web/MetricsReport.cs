using System.Globalization;
using System.Text;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The rig's numbers in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsReport(
    RigName rig, MqttLink link, OutboxStore outbox, OverlayRing overlays, Counters counters, AlarmBoard alarms, RecentResults recent)
{
    private const string ProcessIo = "/proc/self/io";

    public string Now()
    {
        StringBuilder text = new();
        Counter(text, "triggers", "Requests for a picture", counters.Triggers.Value);
        Counter(text, "missed_triggers", "Triggers that could not be served", counters.Missed.Value);
        Counter(text, "captures", "Pictures taken", counters.Captures.Value);
        Counter(text, "frame_errors", "Pictures that could not be taken or read", counters.FrameErrors.Value);
        Counter(text, "processing_errors", "Pictures on which the measurement failed", counters.ProcessingErrors.Value);
        Counter(text, "results", "Results recorded in the outbox", counters.Results.Value);
        Counter(text, "published", "Results handed to the broker, resends included", counters.Published.Value);
        Counter(text, "acknowledged", "Results that the broker has acknowledged", counters.Acknowledged.Value);
        Counter(text, "results_shortened", "Results that lost their leaf detail for want of room", outbox.Shortened);
        Counter(text, "results_dropped", "Results given up for want of room", outbox.Dropped);
        Gauge(text, "outbox_results", "Results that wait for the broker", outbox.Depth);
        Gauge(text, "outbox_bytes", "Bytes of the results that wait", outbox.Bytes);
        Gauge(text, "outbox_kept_bytes", "Bytes of the acknowledged results that are kept to be sent again", outbox.KeptBytes);
        Gauge(text, "outbox_limit_bytes", "Bytes that results may take before pictures go", outbox.Limit.OwnBytes);
        Gauge(text, "overlay_bytes", "Bytes of the overlays on the disk", overlays.Bytes);
        Gauge(text, "broker_connected", "1 while there is a connection to the broker", link.Status.Connected ? 1 : 0);
        if (WrittenBytes() is { } written)
        {
            Counter(text, "disk_written_bytes", "Bytes that this process had written to a disk", written);
        }

        Head(text, "leafseg_alarm", "1 while an alarm lasts", "gauge");
        IReadOnlyCollection<string> lasting = [.. alarms.Lasting.Keys];
        foreach (string code in AlarmCode.All.Union(lasting))
        {
            Sample(text, "leafseg_alarm", $",code=\"{code}\"", lasting.Contains(code) ? 1 : 0);
        }

        List<ResultSummary> newest = [.. recent.All.GroupBy(r => r.Plant).Select(g => g.Last())];
        Head(text, "leafseg_plant_leaves", "Leaves of a plant", "gauge");
        foreach (ResultSummary plant in newest)
        {
            Sample(text, "leafseg_plant_leaves", $",plant=\"{plant.Plant}\"", plant.LeafCount);
        }

        Head(text, "leafseg_plant_area_pixels", "Projected leaf area of a plant", "gauge");
        foreach (ResultSummary plant in newest)
        {
            Sample(text, "leafseg_plant_area_pixels", $",plant=\"{plant.Plant}\"", plant.AreaPx);
        }

        return text.ToString();
    }

    /// <summary>What reached the storage layer: flash wears out by it. Null where the kernel does not report it.</summary>
    private static long? WrittenBytes()
    {
        const string field = "write_bytes: ";
        try
        {
            string? line = File.ReadLines(ProcessIo).FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.AsSpan(field.Length), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Counter(StringBuilder text, string name, string help, long value)
    {
        Head(text, $"leafseg_{name}_total", help, "counter");
        Sample(text, $"leafseg_{name}_total", "", value);
    }

    private void Gauge(StringBuilder text, string name, string help, long value)
    {
        Head(text, $"leafseg_{name}", help, "gauge");
        Sample(text, $"leafseg_{name}", "", value);
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private void Sample(StringBuilder text, string name, string labels, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{site=\"{rig.Site}\",rig=\"{rig.Rig}\"{labels}}} {value}\n");
}
