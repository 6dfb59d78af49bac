using System.Globalization;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The rig's numbers in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsReport(
    RigName rig, MqttLink link, OutboxStore outbox, OverlayRing overlays, Counters counters, AlarmBoard alarms, RecentResults recent,
    ModelInUse models, UpdateJournal updates, HealthReport health)
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

        Machine(text);
        IReadOnlyList<ResultSummary> all = recent.All;
        if (all is [.., var last])
        {
            Gauge(text, "last_capture_timestamp_seconds", "When the newest measured picture was taken, in seconds since 1970", last.Time.ToUnixTimeMilliseconds() / 1000.0);
            Gauge(text, "inference_seconds", "Time that the model took for it", last.InferMs / 1000);
        }

        List<ResultSummary> newest = [.. all.GroupBy(r => r.Plant).Select(g => g.Last())];
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

        Head(text, "leafseg_plant_area_square_millimetres", "Projected leaf area of a plant whose scale is known", "gauge");
        foreach (ResultSummary plant in newest)
        {
            if (plant.AreaMm2 is { } mm2)
            {
                Sample(text, "leafseg_plant_area_square_millimetres", $",plant=\"{plant.Plant}\"", mm2);
            }
        }

        return text.ToString();
    }

    /// <summary>Versions, the update, heat and disk.</summary>
    private void Machine(StringBuilder text)
    {
        Common.Models.ModelMetadata model = models.Current.Metadata;
        Head(text, "leafseg_info", "What measures; always 1", "gauge");
        Sample(text, "leafseg_info", $",agent_version=\"{InfoReport.AgentVersion}\",model=\"{model.Name}\",model_version=\"{model.Version}\",provider=\"{models.Current.Provider}\"", 1);
        Head(text, "leafseg_model_update_state", "1 for the state of the newest request for a model", "gauge");
        UpdateState update = updates.State;
        foreach (ModelState state in Enum.GetValues<ModelState>())
        {
            Sample(text, "leafseg_model_update_state", $",state=\"{JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString())}\"", update.Request is not null && update.State == state ? 1 : 0);
        }

        if (health.Now().TemperatureC is { } celsius)
        {
            Gauge(text, "temperature_celsius", "Of the hottest zone of this machine", celsius);
        }

        if (health.DiskFreeBytes() is { } free)
        {
            Gauge(text, "disk_free_bytes", "Free on the disk of the state folder", free);
        }
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

    private void Gauge(StringBuilder text, string name, string help, double value)
    {
        Head(text, $"leafseg_{name}", help, "gauge");
        Sample(text, $"leafseg_{name}", "", value);
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{site=\"{rig.Site}\",rig=\"{rig.Rig}\"{labels}}} {value}\n");
}
