using System.CommandLine;
using System.Globalization;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train prepare: labelled pictures of any layout into one, divided for training and validation.</summary>
internal static class PrepareCommand
{
    /// <summary>Pictures from which on a group for nearly each of them is worth a word.</summary>
    private const int LargerSet = 20;

    public static Command Create()
    {
        PrepareSettings defaults = new();
        Option<string[]> data = new("--data", "-d") { Description = "Folder of labelled pictures, or a label file (COCO or labelme .json, data.yaml); may be named several times", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder to make", Required = true };
        Option<double> share = new("--validation-share") { Description = "Share of the pictures to validate on", DefaultValueFactory = _ => defaults.ValidationShare };
        Option<int> seed = new("--seed", "-s") { Description = "Same seed, same split", DefaultValueFactory = _ => defaults.Seed };
        Option<string?> group = new("--group")
        {
            Description = "Regular expression for a picture's name; pictures with the same match (or first group of it) show one plant "
                + "and stay on one side. Without it, dates, times and frame numbers are cut out of the name and the rest, with its folder, is compared",
        };
        Option<int> minArea = new("--min-area") { Description = "Leaves of fewer pixels are slivers: dropped and counted", DefaultValueFactory = _ => defaults.MinimumArea };
        Option<bool> replace = new("--replace") { Description = "Replace a folder that prepare wrote; any other folder that is not empty is refused" };
        Option<int> threads = new("--threads") { Description = "Pictures at a time", DefaultValueFactory = _ => defaults.Threads };
        Command command = new("prepare",
            $$"""
            Reads labelled pictures and writes one layout: train and validation, in each a folder a picture with
            images/ID.png and masks/001.png, 002.png, ... (Data Science Bowl 2018), lossless; index.csv; report.html.

            What it reads, recognised by itself, in the folder or below it:
            {{Layouts.Known}}

            Converted and counted: grey, 16-bit, CMYK and transparent pictures; overlapping leaves (the smaller keeps the
            pixels); outlines that leave the picture. Dropped and counted: slivers, leaves without a pixel or as large as the
            picture, annotations that cannot be drawn. Kept as regions to ignore: COCO crowds in pieces far apart. Left out and
            counted: a picture or mask without the other, of another size, cut off, anti-aliased or lossy, of one colour, without
            black, of the foreground alone. 'train' and 'evaluate' stop at those instead.

            The folder appears when it is complete; until then, and after a fault, there is none.

            Examples:
              leafseg-train prepare --data CVPPP2017_LSC_training/training --out data/cvppp
              leafseg-train prepare --data annotations/instances.json --data more/csiro --seed 2 --out data/mixed
              leafseg-train prepare --data series --group '^pot\d+' --out data/series
              leafseg-train train --data data/cvppp/train --validation data/cvppp/validation ...

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, 4 disk full, 130 interrupted.
            """)
        {
            data, output, share, seed, group, minArea, replace, threads,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(data)!,
                arguments.GetValue(output)!,
                arguments.GetValue(replace),
                new PrepareSettings
                {
                    ValidationShare = arguments.GetValue(share),
                    Seed = arguments.GetValue(seed),
                    GroupRule = arguments.GetValue(group),
                    MinimumArea = arguments.GetValue(minArea),
                    Threads = arguments.GetValue(threads),
                    Rules = dataOptions.Rules(arguments),
                },
                cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(string[] data, string output, bool replace, PrepareSettings settings, CancellationToken cancellation)
    {
        settings.Validate();
        RequireApart(data, output);
        DatasetPreparation preparation = new([.. data.Select(path => LabelledPictures.Recognise(path, settings.Rules))], settings);
        using FolderInMaking folder = FolderInMaking.Begin(output, replace);
        ProgressLine progress = ProgressLine.OnStandardError("pictures", preparation.Count);
        IReadOnlyList<PreparedPicture> index;
        try
        {
            index = preparation.Write(folder.Path, () => progress.Advance(), cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.End();
            Console.Error.WriteLine($"Interrupted; {output} is not written.");
            return ExitCode.Interrupted;
        }

        progress.End();
        File.WriteAllText(Path.Combine(folder.Path, PreparedFolder.Report), Report(output, index, preparation.Findings, folder.Path));
        folder.Complete();
        Print(output, index, preparation);
        return ExitCode.Done;
    }

    /// <summary>Neither may lie in the other: what is read must outlive what is written.</summary>
    private static void RequireApart(string[] data, string output)
    {
        string target = Full(output);
        foreach (string source in data)
        {
            string from = Full(source);
            if (from.StartsWith(target, StringComparison.Ordinal) || (target.StartsWith(from, StringComparison.Ordinal) && Directory.Exists(source)))
            {
                throw new DatasetException($"{output}: lies in {source} or the other way round; name a folder of its own");
            }
        }

        static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + Path.DirectorySeparatorChar;
    }

    private static string Report(string output, IReadOnlyList<PreparedPicture> index, IReadOnlyList<Finding> findings, string folder)
    {
        Html html = new($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)))}: prepared pictures");
        html.Table(Splits(index), numbers: false);
        html.Line($"<p class=\"note\">Groups, sizes and leaf counts of every picture are in {PreparedFolder.Index}.</p>");
        SurveyReport.Write(html, [.. index.Select(picture => picture.Shape)]);
        FindingsReport.Write(html, findings);
        LabelledPictures training = LabelledPictures.Recognise(Path.Combine(folder, PreparedFolder.Train));
        SampleReport.Write(html, training.Read, training.Count);
        return html.Finish();
    }

    private static IEnumerable<(string, string)> Splits(IReadOnlyList<PreparedPicture> index) => index.GroupBy(picture => picture.Split).Select(split => (
        split.Key,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{split.Count()} pictures of {split.Select(picture => picture.Group).Distinct().Count()} groups, {split.Sum(picture => picture.Shape.Leaves.Count)} leaves")));

    private static void Print(string output, IReadOnlyList<PreparedPicture> index, DatasetPreparation preparation)
    {
        foreach ((string split, string what) in Splits(index))
        {
            Console.WriteLine($"{Path.Combine(output, split)}: {what}");
        }

        FindingsReport.Print(preparation.Findings);

        if (index.All(picture => picture.Split == PreparedFolder.Train))
        {
            Console.WriteLine("Nothing is kept for validation: all pictures are of one group, or the share is too small for one. --group distinguishes plants.");
        }

        int alone = index.GroupBy(picture => picture.Group).Count(group => group.Count() == 1);
        if (index.Count >= LargerSet && alone >= .9 * index.Count)
        {
            Console.WriteLine(
                $"{alone} of {index.Count} pictures are a group of their own, {index[0].Group} for one. If one plant is in several of "
                + "them, it is on both sides of the split: --group distinguishes plants.");
        }

        Console.WriteLine($"Report: {Path.Combine(output, PreparedFolder.Report)}");
    }
}
