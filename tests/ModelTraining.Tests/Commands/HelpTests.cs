using System.CommandLine;
using System.Text.RegularExpressions;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Tests.Commands;

public sealed partial class HelpTests
{
    private static readonly string[] OwnFiles = ["fine.json", "mine.json"];

    [Fact]
    public void Settings_that_an_example_names_come_with_the_program()
    {
        foreach (Command command in new[] { InspectCommand.Create(), TrainCommand.Create(), WeightsCommand.Create() })
        {
            string[] named = [.. Settings().Matches(command.Description!).Select(match => match.Groups[1].Value).Except(OwnFiles)];

            Assert.All(named, name => Assert.True(File.Exists(ReadySettings.Find(name)), $"{command.Name}: {name}"));
        }
    }

    [Fact]
    public void Every_command_that_takes_settings_says_which_names_it_knows()
    {
        foreach (Command command in new[] { InspectCommand.Create(), TrainCommand.Create(), WeightsCommand.Create() })
        {
            Assert.Contains(ReadySettings.Names, command.Options.Single(option => option.Name == "--settings").Description, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Prepare_and_the_error_of_an_unknown_folder_list_every_layout_that_is_read()
    {
        string[] layouts = ["_label.png", "CVPPP", "_label.tif", "_masks.tif", "_cp_masks.png", "leaf_instances", "SegmentationObject", "COCO", "labelme", "YOLO", "ID/masks"];

        Assert.All(layouts, layout => Assert.Contains(layout, PrepareCommand.Create().Description!, StringComparison.Ordinal));
        Assert.Contains(Layouts.Known, PrepareCommand.Create().Description!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"leafseg-train .*--settings (\S+)")]
    private static partial Regex Settings();
}
