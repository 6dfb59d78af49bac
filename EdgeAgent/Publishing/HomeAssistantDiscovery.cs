using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Publishing;

/// <summary>
/// Home Assistant's MQTT device discovery: one retained message for the rig with all its plants. An unknown key at the
/// root, in "dev" or in "o" makes Home Assistant refuse the whole message; in a component it drops it without a word.
/// </summary>
internal sealed class HomeAssistantDiscovery(HomeAssistantOptions options, RigName rig, Topics topics)
{
    /// <summary>Home Assistant takes a number as unavailable after this time; health comes three times as often.</summary>
    private static readonly int ExpireAfterSeconds = (int)(3 * HealthLoop.Interval.TotalSeconds);

    private readonly string device = DeviceOf(rig);

    public string Topic => TopicOf(options.Prefix, rig);

    /// <summary>Where a rig is announced; an empty message there removes its device.</summary>
    public static string TopicOf(string prefix, RigName rig) => $"{prefix}/device/{DeviceOf(rig)}/config";

    /// <param name="plants">Plants that the rig looks at.</param>
    /// <param name="gone">
    /// Plants to be removed: each of their entities is named once more as a mere stub, because leaving them out alone
    /// removes nothing.
    /// </param>
    public byte[] Message(IEnumerable<string> plants, IEnumerable<string>? gone = null) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["dev"] = new JsonObject
        {
            ["ids"] = new JsonArray($"leafseg_{device}"),
            ["name"] = $"{rig.Site} {rig.Rig}",
            ["mf"] = "LeafSeg",
            ["mdl"] = "EdgeAgent",
            ["sw"] = InfoReport.AgentVersion,
            ["sn"] = rig.Rig,
        },
        ["o"] = new JsonObject { ["name"] = "leafseg", ["sw"] = InfoReport.AgentVersion },

        // "stopped" must become unavailable too, and only the list form takes a template at the root.
        ["avty"] = new JsonArray(new JsonObject
        {
            ["t"] = topics.Status,
            ["val_tpl"] = "{{ 'online' if value == 'online' else 'offline' }}",
        }),
        ["cmps"] = Components(plants, gone ?? []),
    });

    private static string DeviceOf(RigName rig) => $"{rig.Site}_{rig.Rig}";

    private JsonObject Components(IEnumerable<string> plants, IEnumerable<string> gone)
    {
        JsonObject all = [];
        Add(all, "status", "Status", "sensor", new JsonObject
        {
            ["stat_t"] = topics.Status,
            ["dev_cla"] = "enum",
            ["ops"] = new JsonArray("online", "offline", "stopped"),
            ["ent_cat"] = "diagnostic",
            ["avty"] = new JsonArray(),
            ["json_attr_t"] = topics.Info,
        });
        Health(all, "temperature", "Temperature", "temperature_c", ("dev_cla", "temperature"), ("unit_of_meas", "°C"), ("stat_cla", "measurement"));
        Health(all, "disk_used", "Disk used", "disk_used_percent", ("unit_of_meas", "%"), ("ic", "mdi:harddisk"), ("stat_cla", "measurement"));
        Health(all, "outbox_depth", "Outbox depth", "outbox_depth", ("unit_of_meas", "results"), ("ic", "mdi:tray-full"), ("stat_cla", "measurement"));
        Health(all, "missed_triggers", "Missed triggers", "missed_triggers",
            ("unit_of_meas", "triggers"), ("ic", "mdi:camera-off"), ("stat_cla", "total_increasing"));
        Health(all, "booted", "Booted", "boot_time", ("dev_cla", "timestamp"));
        Health(all, "clock", "Clock", "clock.state", ("dev_cla", "enum"));
        all["clock"]!["ops"] = new JsonArray("synchronised", "unsynchronised", "holdover");
        all["temperature"]!["sug_dsp_prc"] = 1;
        all["disk_used"]!["sug_dsp_prc"] = 0;
        Controls(all);
        Model(all);
        foreach (string code in AlarmCode.All)
        {
            Alarm(all, code);
        }

        foreach (string plant in plants)
        {
            Plant(all, plant);
        }

        foreach (string plant in gone)
        {
            JsonObject leaving = [];
            Plant(leaving, plant);
            foreach ((string key, JsonNode? component) in leaving)
            {
                all[key] = new JsonObject { ["p"] = (string?)component!["p"] };
            }
        }

        return all;
    }

    private void Controls(JsonObject all)
    {
        Add(all, "overlay", "Overlay", "image", new JsonObject { ["img_t"] = topics.AnyImage, ["cont_type"] = "image/jpeg" });
        Button(all, "capture", "Capture", "mdi:camera", CommandName.Capture);
        Button(all, "send_image", "Send image", "mdi:image-move", CommandName.SendImage);
        Button(all, "doctor", "Doctor", "mdi:stethoscope", CommandName.Doctor);
        all["doctor"]!["ent_cat"] = "diagnostic";

        // A switch follows its state only; what it sends is written into the template as true or false.
        Add(all, "paused", "Paused", "switch", new JsonObject
        {
            ["ic"] = "mdi:pause",
            ["cmd_t"] = topics.Command(CommandName.Pause),
            ["cmd_tpl"] = CommandTemplate(",\"paused\":{{ value }}"),
            ["stat_t"] = topics.Health,
            ["pl_on"] = "true",
            ["pl_off"] = "false",
            ["val_tpl"] = "{{ value_json.paused | tojson }}",
            ["ent_cat"] = "config",
            ["qos"] = 0,
        });
    }

    // Home Assistant shows an update as long as the two versions differ: a model that was refused is none.
    private void Model(JsonObject all) => Add(all, "model", "Model", "update", new JsonObject
    {
        ["tit"] = "Leaf segmentation model",
        ["stat_t"] = topics.ModelReported,
        ["val_tpl"] = "{% set under_way = value_json.state in ['downloading', 'verifying', 'proving', 'trial'] %}"
            + "{{ dict(installed_version=value_json.active.version, "
            + "latest_version=(value_json.wanted if value_json.wanted and (under_way or value_json.state == 'accepted') else value_json.active).version, "
            + "in_progress=under_way, update_percentage=value_json.progress) | tojson }}",
        ["ent_cat"] = "diagnostic",
    });

    // QoS 0: the broker must not keep a command for an offline rig.
    private void Button(JsonObject all, string key, string name, string icon, string command) => Add(all, key, name, "button", new JsonObject
    {
        ["ic"] = icon,
        ["cmd_t"] = topics.Command(command),
        ["cmd_tpl"] = CommandTemplate(""),
        ["qos"] = 0,
    });

    private static string CommandTemplate(string more) =>
        $$$"""{"id":"ha-{{ utcnow().timestamp() }}","time":"{{ utcnow().isoformat() }}"{{{more}}}}""";

    private void Health(JsonObject all, string key, string name, string field, params (string Key, string Value)[] more)
    {
        JsonObject sensor = new()
        {
            ["stat_t"] = topics.Health,
            ["val_tpl"] = $"{{{{ value_json.{field} }}}}",
            ["ent_cat"] = "diagnostic",
            ["exp_aft"] = ExpireAfterSeconds,
        };
        foreach ((string property, string value) in more)
        {
            sensor[property] = value;
        }

        Add(all, key, name, "sensor", sensor);
    }

    // From the list in health, which always comes: the absence of a retained message would be "unknown", not "off".
    private void Alarm(JsonObject all, string code)
    {
        string words = code.Replace('-', ' ');
        Add(all, $"alarm_{code.Replace('-', '_')}", char.ToUpperInvariant(words[0]) + words[1..], "binary_sensor", new JsonObject
        {
            ["stat_t"] = topics.Health,
            ["val_tpl"] = $"{{{{ 'ON' if '{code}' in value_json.alarms else 'OFF' }}}}",
            ["dev_cla"] = "problem",
            ["ent_cat"] = "diagnostic",
            ["json_attr_t"] = topics.Alarm(code),
            ["json_attr_tpl"] = "{{ value or '{}' }}",
        });
    }

    private void Plant(JsonObject all, string plant)
    {
        string topic = topics.Plant(plant), key = $"plant_{plant}";
        Add(all, $"{key}_leaf_count", $"{plant} leaf count", "sensor", new JsonObject
        {
            ["ic"] = "mdi:leaf",
            ["stat_t"] = topic,
            // The count that holds; numbers of an older agent may be retained, and have none.
            ["val_tpl"] = "{{ value_json.leaf_count_stable | default(value_json.leaf_count) }}",
            ["stat_cla"] = "measurement",
            ["unit_of_meas"] = "leaves",
            ["sug_dsp_prc"] = 0,
            ["json_attr_t"] = topic,
        });
        Add(all, $"{key}_leaf_count_in_picture", $"{plant} leaf count in the last picture", "sensor", new JsonObject
        {
            ["ic"] = "mdi:leaf-circle-outline",
            ["stat_t"] = topic,
            ["val_tpl"] = "{{ value_json.leaf_count }}",
            ["stat_cla"] = "measurement",
            ["unit_of_meas"] = "leaves",
            ["sug_dsp_prc"] = 0,
            ["ent_cat"] = "diagnostic",
        });
        Add(all, $"{key}_growth_rate", $"{plant} relative growth rate", "sensor", new JsonObject
        {
            ["ic"] = "mdi:trending-up",
            ["stat_t"] = topic,
            ["val_tpl"] = "{{ value_json.relative_growth_rate_per_day | default(none) }}",
            ["stat_cla"] = "measurement",
            ["unit_of_meas"] = "1/d",
            ["sug_dsp_prc"] = 3,
        });
        Add(all, $"{key}_leaf_area", $"{plant} projected leaf area", "sensor", new JsonObject
        {
            ["ic"] = "mdi:vector-polygon",
            ["stat_t"] = topic,
            ["val_tpl"] = "{{ value_json.projected_leaf_area_mm2 }}",
            ["dev_cla"] = "area",
            ["stat_cla"] = "measurement",
            ["unit_of_meas"] = "mm²",
            ["sug_dsp_prc"] = 1,
        });
        Add(all, $"{key}_measured", $"{plant} measured", "sensor", new JsonObject
        {
            ["stat_t"] = topic,
            ["val_tpl"] = "{{ value_json.time }}",
            ["dev_cla"] = "timestamp",
            ["ent_cat"] = "diagnostic",
        });
    }

    private void Add(JsonObject all, string key, string name, string platform, JsonObject component)
    {
        component["p"] = platform;
        component["uniq_id"] = $"leafseg_{device}_{key}";
        component["name"] = name;
        all[key] = component;
    }
}
