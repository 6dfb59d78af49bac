using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>The options of <c>improve</c>: those that are given replace what the round was begun with.</summary>
internal sealed class RoundOptions
{
    private readonly Command command;
    private readonly List<(Option Option, Func<ParseResult, JsonNode?> Value)> all = [];

    public RoundOptions(Command command, RoundSettings usual)
    {
        this.command = command;
        Add<string>("--model", "The model in use (.onnx): it draws first, and the new one has to be better", "FILE");
        Add<string>("--weights", "The same model in floating point, to begin from, where the one in use is in integers", "FILE");
        Add<string>("--pictures", "Folder of pictures, with or without those of rigs; 'pictures' in the round's folder otherwise", "DIR");
        Add<string[]>("--rig", "Address of a rig's status page to collect from; may be named several times", "URL");
        Add<string>("--rigs", "File with such addresses, see 'leafseg-train collect --help'", "FILE");
        Add<string>("--token-file", "File with the rigs' token", "FILE");
        Add<string>("--ca", "Certificates (PEM) that have signed those of the pages", "FILE");
        Add<int>("--most", "Of each rig no more than so many pictures, the most doubtful ones", "N");
        Add<string>("--by", "Who corrects, as it is written into the labels", "NAME");
        Add<int>("--labels", "Pictures to be accepted before training; all of them otherwise", "N");
        Add<string>("--group", "Regular expression that takes the plant from a picture's name, as in prepare", "REGEX");
        Add<double>("--apart-share", Invariant($"Share of the pictures, by whole plants, that the models are compared on and nothing else; {usual.ApartShare} otherwise"), "SHARE");
        Add<string>("--settings", $"Training settings: a JSON file or a name; {usual.Settings} otherwise", "FILE");
        Add<string>("--own-set", "Labelled pictures of the plants for which the model in use was made: the new one may be little worse there", "DIR");
        Add<double>("--allowed-drop", Invariant($"SBD that may be lost there; {usual.AllowedDrop} otherwise"), "SBD");
        Add<string>("--version", "The new model's semantic version; one minor version above that of the model in use otherwise", "VERSION");
        Add<bool>("--float", "Leave the new model in floating point, for GPUs", null);
        Add<string>("--repository", "Release the new model there, see 'leafseg-train release --help'; without it, nothing is released", "DIR");
        Add<string[]>("--key", "Key file (.pem) to sign the release with; may be named several times", "FILE");
        Add<string>("--passphrase-file", "File whose first line is the key files' passphrase; asked for otherwise", "FILE");
        Add<int>("--percent", $"Share of the rigs that may take it, 0 to 100; {usual.Percent} otherwise", "PERCENT");
    }

    /// <summary>By the names of the settings.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Given(ParseResult arguments) =>
        all.Where(one => arguments.GetResult(one.Option) is { Implicit: false }).ToDictionary(one => one.Option.Name[2..], one => one.Value(arguments));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Add<T>(string name, string description, string? help)
    {
        Option<T> option = new(name) { Description = description };
        if (help is not null)
        {
            option.HelpName = help;
        }

        command.Options.Add(option);
        bool isPath = help is "FILE" or "DIR" && name != "--settings";
        all.Add((option, arguments => (object?)arguments.GetValue(option) switch
        {
            // The round is gone on with from any folder.
            string path when isPath => Path.GetFullPath(path),
            string[] paths when isPath => JsonSerializer.SerializeToNode(paths.Select(Path.GetFullPath)),
            var value => JsonSerializer.SerializeToNode(value),
        }));
    }
}
