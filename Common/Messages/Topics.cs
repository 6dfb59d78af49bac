using System.Text.RegularExpressions;

namespace LeafSeg.Common.Messages;

/// <summary>
/// The topics of one rig: <c>leafseg/v1/&lt;site&gt;/&lt;rig&gt;/...</c>. The depth is fixed, because Telegraf and
/// Node-RED parse by position.
/// </summary>
public sealed partial class Topics
{
    /// <summary>What every topic of every rig begins with.</summary>
    public const string Root = "leafseg/v1/";

    private readonly string root;

    /// <exception cref="ArgumentException">A name is not in the alphabet of topics.</exception>
    public Topics(string site, string rig) => root = $"{Root}{Named(site, nameof(site))}/{Named(rig, nameof(rig))}";

    /// <summary>Whether the agent is online; the last will.</summary>
    public string Status => $"{root}/status";

    /// <summary>What the rig is made of.</summary>
    public string Info => $"{root}/info";

    /// <summary>How the machine fares.</summary>
    public string Health => $"{root}/health";

    /// <summary>Each result.</summary>
    public string Capture => $"{root}/capture";

    /// <summary>The newest overlay, retained.</summary>
    public string LatestImage => $"{root}/image/latest";

    /// <summary>Which model this rig shall have.</summary>
    public string ModelDesired => $"{root}/model/desired";

    /// <summary>Where a model update is.</summary>
    public string ModelReported => $"{root}/model/reported";

    /// <summary>Every command to this rig; the last level is its name.</summary>
    public string Commands => $"{root}/command/+";

    /// <summary>Requests of one kind.</summary>
    public string Command(string name) => $"{root}/command/{Named(name, nameof(name))}";

    /// <summary>Every overlay.</summary>
    public string AnyImage => $"{root}/image/+";

    /// <summary>Where a command is answered that names no place of its own.</summary>
    /// <param name="id">The command's id; null where none could be read.</param>
    public string CommandResult(string? id) => $"{root}/command-result/{id ?? "_"}";

    /// <summary>The newest state of one plant.</summary>
    public string Plant(string plant) => $"{root}/plant/{Named(plant, nameof(plant))}";

    /// <summary>Events of a kind; see <see cref="CapturedEvent.Kinds"/>.</summary>
    public string Event(string kind) => $"{root}/event/{Named(kind, nameof(kind))}";

    /// <summary>One alarm; empty while there is none.</summary>
    public string Alarm(string code) => $"{root}/alarm/{Named(code, nameof(code))}";

    /// <summary>A requested picture of one capture.</summary>
    public string Image(Guid capture) => $"{root}/image/{capture}";

    /// <summary>
    /// Whether a name can stand in a topic: 1 to 63 of a-z, 0-9 and '-', not beginning with '-'. No '/', '+', '#' or
    /// space can get in, and '_' stays free to join names where there is one level only.
    /// </summary>
    public static bool IsName(string? name) => name is not null && NamePattern().IsMatch(name);

    private static string Named(string name, string parameter) => IsName(name)
        ? name
        : throw new ArgumentException(
            $"\"{name}\" cannot stand in an MQTT topic; expected 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit.", parameter);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
