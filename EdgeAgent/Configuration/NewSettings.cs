using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>What <c>setup</c> needs to know to write a rig's first settings file; every other setting keeps its default.</summary>
internal sealed record NewSettings
{
    public required string Site { get; init; }

    public required string Rig { get; init; }

    public required string Plant { get; init; }

    /// <summary>"HOST:PORT", a URL, or "embedded".</summary>
    public required string Broker { get; init; }

    public string? User { get; init; }

    /// <summary>A file that holds the broker's password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A V4L2 device, the URL of a network camera, "genicam:NAME", a video file, or a folder of pictures.</summary>
    public required string Camera { get; init; }

    /// <summary>CHIP:LINE, the line as a number or by its name; null: no GPIO trigger.</summary>
    public string? Gpio { get; init; }

    /// <summary>Time between the pictures of the schedule; null: no schedule.</summary>
    public double? EverySeconds { get; init; }

    /// <summary>Where results are kept; null: the program's default.</summary>
    public string? StateFolder { get; init; }

    private const string Genicam = "genicam:";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings file: JSON with the settings that were given and no others.</summary>
    public string ToJson()
    {
        JsonObject triggers = [];
        if (Gpio is not null)
        {
            triggers["gpio"] = GpioSection(Gpio);
        }

        if (EverySeconds is { } seconds)
        {
            triggers["schedule"] = new JsonObject { ["everySeconds"] = seconds };
        }

        JsonObject broker = new() { ["address"] = Broker };
        if (User is not null)
        {
            broker["user"] = User;
        }

        if (PasswordFile is not null)
        {
            broker["passwordFile"] = PasswordFile;
        }

        JsonObject settings = new() { ["site"] = Site, ["rig"] = Rig, ["plant"] = Plant };
        if (StateFolder is not null)
        {
            settings["stateFolder"] = StateFolder;
        }

        settings["triggers"] = triggers;
        settings["camera"] = Camera.StartsWith(Genicam, StringComparison.Ordinal)
            ? new JsonObject { ["genicam"] = new JsonObject { ["name"] = Camera[Genicam.Length..] } }
            : Directory.Exists(Camera)
                ? new JsonObject { ["folder"] = new JsonObject { ["path"] = Path.GetFullPath(Camera) } }
                : new JsonObject { ["device"] = new JsonObject { ["path"] = Camera } };
        settings["broker"] = broker;
        return "// Written by leafseg-agent setup. Every setting with its meaning: /usr/share/doc/leafseg-agent/leafseg-agent.json\n"
            + settings.ToJsonString(Readable) + "\n";
    }

    /// <summary>The line follows the last colon: labels of chips hold colons too.</summary>
    private static JsonObject GpioSection(string given)
    {
        int colon = given.LastIndexOf(':');
        string chip = colon < 0 ? given : given[..colon];
        string line = colon < 0 ? "" : given[(colon + 1)..];
        JsonObject section = new() { ["chip"] = chip };
        if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            section["line"] = number;
        }
        else
        {
            section["lineName"] = line;
        }

        return section;
    }
}
