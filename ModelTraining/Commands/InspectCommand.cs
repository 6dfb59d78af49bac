using System.CommandLine;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train inspect: what is in labelled pictures, what is wrong with them, and whether the anchors fit their leaves.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Option<string[]> data = new("--data", "-d") { Description = "Labelled pictures in any layout that prepare reads; may be named several times", Required = true };
        Option<string> report = new("--report", "-o") { Description = "The HTML file to write", Required = true };
        Option<string?> settings = new("--settings") { Description = $"JSON file of training settings, or a name: {ReadySettings.Names}; for input size and anchors; {ReadySettings.Default} if none is named" };
        Option<int> pictures = new("--pictures", "-n") { Description = "Look at so many pictures, spread evenly; 0: at all", DefaultValueFactory = _ => 0 };
        Command command = new("inspect",
            """
            Looks at labelled pictures before they are trained on: counts, sizes, leaves a picture, what cannot be used and
            why, samples with their leaves drawn, and the share of the leaves that the network's anchors reach, beside
            the original 8, 16, 32, 64, 128 and a set computed from the leaves. Changes nothing.

            Examples:
              leafseg-train inspect --data data/cvppp --report cvppp.html
              leafseg-train inspect --data data/train --settings fine.json --pictures 500 --report anchors.html

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, 4 disk full, 130 interrupted.
            """)
        {
            data, report, settings, pictures,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(data)!, arguments.GetValue(report)!, arguments.GetValue(settings), arguments.GetValue(pictures),
                dataOptions.Rules(arguments), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(string[] data, string report, string? settingsFile, int most, ReadingRules rules, CancellationToken cancellation)
    {
        if (most < 0)
        {
            throw new SettingsException($"--pictures is {most}, expected 0 (all) or more.");
        }

        NetworkSettings network = ReadySettings.Read(settingsFile ?? ReadySettings.Default).Network;
        network.Validate();
        string[] folders = [.. data.SelectMany(path => PreparedFolder.Is(path) ? PreparedFolder.Splits(path).Where(HasPictures) : [path])];
        LabelledPictures[] sources = [.. folders.Select(path => LabelledPictures.Recognise(path, rules))];
        Survey survey;
        try
        {
            survey = Look(sources, most, cancellation);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Interrupted; {report} is not written.");
            return ExitCode.Interrupted;
        }

        AnchorReport anchors = new(survey.Pictures, network);
        string where = string.Join(", ", data);
        string layouts = string.Join(", ", sources.Select(source => source.Layout).Distinct());
        Html html = new($"{where}: labelled pictures");
        html.Line($"<p>{Html.Text(layouts)}. {survey.Pictures.Count} of {sources.Sum(source => source.Count)} pictures looked at and usable.</p>");
        SampleReport.Write(html, survey.Read, survey.Pictures.Count);
        html.Line($"<h2>Counts and sizes</h2>");
        SurveyReport.Write(html, survey.Pictures);
        FindingsReport.Write(html, survey.Findings);
        anchors.Write(html);
        DurableFile.Write(report, Encoding.UTF8.GetBytes(html.Finish()));
        Print(layouts, survey, anchors);
        Console.WriteLine($"Report: {report}");
        LabelLoss.CheckPictures(where, survey.Pictures.Count, survey.Findings, rules);
        if (survey.Findings.Any(finding => finding.LosesLeaves))
        {
            LabelLoss.Check(where, survey.Pictures.Sum(picture => (long)picture.Leaves.Count), survey.Findings, rules);
        }

        return ExitCode.Done;
    }

    private static bool HasPictures(string split) => Directory.EnumerateFileSystemEntries(split).Any();

    private static Survey Look(LabelledPictures[] sources, int most, CancellationToken cancellation)
    {
        ProgressLine? progress = null;
        try
        {
            return Survey.Of(sources, most, total => progress = ProgressLine.OnStandardError("pictures", total), () => progress!.Advance(), cancellation);
        }
        finally
        {
            progress?.End();
        }
    }

    private static void Print(string layouts, Survey survey, AnchorReport anchors)
    {
        Console.WriteLine(layouts);
        foreach ((string name, string value) in SurveyReport.Rows(survey.Pictures))
        {
            Console.WriteLine($"  {name,-48} {value}");
        }

        FindingsReport.Print(survey.Findings);
        foreach (string line in anchors.Lines())
        {
            Console.WriteLine(line);
        }
    }
}
