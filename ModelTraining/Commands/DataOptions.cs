using System.CommandLine;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>How labels are read, the same in every command that reads labelled pictures.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> crowd = new("--crowd")
    {
        Description = "What an annotation with COCO's iscrowd is: leaf or ignore; without it, a leaf if it is one piece (CVAT's brush), ignored if its pieces lie far apart",
    };

    private readonly Option<string[]> category = new("--category")
    {
        Description = "Category that is leaves, by name; may be named several times. Without it, those called leaf (Blatt, feuille, hoja, ...), else the only one with annotations",
    };

    private readonly Option<bool> oneLeaf = new("--one-leaf")
    {
        Description = "Pictures may show a single leaf, lobed or compound; without it, a picture's only mask with the outline of several leaves is refused as one of the foreground",
    };

    private readonly Option<bool> accepted = new("--accepted") { Description = "Leave out pictures that were corrected in leafseg-train label and not accepted there yet" };

    private readonly PageOption page = new();

    private readonly Option<bool> allowLoss = new("--allow-loss") { Description = "Go on although more than a tenth of the labelled leaves cannot be used" };

    public DataOptions(Command command)
    {
        command.Options.Add(crowd);
        command.Options.Add(category);
        command.Options.Add(oneLeaf);
        command.Options.Add(accepted);
        command.Options.Add(page.Option);
        command.Options.Add(allowLoss);
    }

    /// <exception cref="SettingsException">A rule for crowds, or a page, that is none.</exception>
    public ReadingRules Rules(ParseResult arguments) => new()
    {
        Crowd = arguments.GetValue(crowd) switch
        {
            null => CrowdRule.ByPieces,
            "leaf" => CrowdRule.Leaf,
            "ignore" => CrowdRule.Ignore,
            var other => throw new SettingsException($"--crowd is {other}, expected leaf or ignore."),
        },
        Categories = arguments.GetValue(category) ?? [],
        Page = page.Of(arguments),
        OneLeaf = arguments.GetValue(oneLeaf),
        AcceptedOnly = arguments.GetValue(accepted),
        AllowLoss = arguments.GetValue(allowLoss),
    };
}
