using System.CommandLine;
using System.Globalization;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train evaluate: scores a model on labelled pictures and shows what it sees.</summary>
internal static class EvaluateCommand
{
    private const ulong BootstrapSeed = 1;
    private const int Draws = 1000;

    public static Command Create()
    {
        Option<string> model = new("--model", "-m") { Description = "The .onnx file as the agent runs it, or a checkpoint (.safetensors) of a training run", Required = true };
        Option<string> data = new("--data", "-d") { Description = "Labelled pictures in any layout that prepare reads", Required = true };
        Option<string?> report = new("--report") { Description = "Write what was found as one self-contained HTML file" };
        Option<string?> json = new("--json") { Description = "Write all scores, of each picture too, for other programs" };
        Option<string?> run = new("--run") { Description = "Folder of the training run, for the report's curves" };
        Option<string[]> pictures = new("--pictures")
        {
            Description = "Folder of pictures without labels, for the report: looked at, never scored; may be named several times",
        };
        Option<float?> scoreThreshold = new("--score-threshold")
        {
            Description = "Lowest score of a leaf, 0 to 1; the file's own otherwise. An ONNX file cannot go below its own",
        };
        Option<string?> against = new("--against") { Description = "Another model, compared picture by picture: the mean difference of the SBD and its 95 % interval", HelpName = "MODEL" };
        Option<bool> better = new("--require-better") { Description = "With --against: end with 5 unless the whole interval says better" };
        Option<double?> drop = new("--allowed-drop") { Description = "With --against: end with 5 where the mean SBD is lower than the other's by more than this" };
        Option<bool> tracks = new("--tracks") { Description = "Score how leaves are followed: the pictures are time lapses in which a leaf keeps its colour or number" };
        Option<int> every = new("--every") { Description = "With --tracks: look at every n-th picture of a plant only", DefaultValueFactory = _ => 1 };
        Command command = new("evaluate",
            """
            Scores a model on labelled pictures: Symmetric Best Dice, both Best Dices, difference in count, foreground Dice, by size
            of the leaf, COCO's average precision and recall for masks and boxes, each with its 95 % bootstrap interval; the error of
            leaf count, leaf area and plant area (mean and limits of agreement); precision and recall of leaves at IoU .5; and
            beside it what a colour threshold, distance transform and watershed reach on the same pictures.

            Examples:
              leafseg-train synth --count 200 --seed 900000 --out data/unseen
              leafseg-train evaluate --model leafseg.onnx --data data/unseen
              leafseg-train evaluate --model runs/1/checkpoint.safetensors --data data/unseen --json scores.json
              leafseg-train evaluate --model leafseg.onnx --data data/unseen --run runs/1 --pictures rig/overlays --report report.html
              leafseg-train evaluate --model mine.onnx --data data/mine/validation --against leafseg.onnx --require-better
              leafseg-train synth --timelapse --count 60 --seed 7 --out data/lapse
              leafseg-train evaluate --model leafseg.onnx --data data/lapse --tracks
              leafseg-train evaluate --model leafseg.onnx --data komatsuna --tracks --group '^\d\d' --every 6 --json tracks.json

            SBD counts leaves from the score threshold on, pasted without overlaps as the agent counts them. COCO counts each leaf
            with its own mask, from score .05 on for a checkpoint and from the file's own threshold for ONNX, which answers no lower.
            Small leaves are under 32² px and medium ones under 96² px once the picture's long side is 512 px.

            --tracks gives HOTA (DetA, AssA), IDF1, MOTA and identity switches as TrackEval counts them, for the model's masks and for the
            true ones; the leaf count of each picture beside the one that holds; and the error of leaves' growth rates. A leaf counts
            from the picture on in which it has an identity. Times are EXIF's, or those in the names; without either, see --hours.

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, 4 disk full, 5 not better than the other
            model, or worse than allowed, 130 interrupted.
            """)
        {
            model, data, report, json, run, pictures, scoreThreshold, against, better, drop, tracks, every,
        };
        DataOptions dataOptions = new(command);
        SeriesOptions seriesOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                new Request
                {
                    Model = arguments.GetValue(model)!,
                    Data = arguments.GetValue(data)!,
                    Rules = dataOptions.Rules(arguments),
                    Report = arguments.GetValue(report),
                    Json = arguments.GetValue(json),
                    Run = arguments.GetValue(run),
                    Pictures = arguments.GetValue(pictures) ?? [],
                    ScoreThreshold = arguments.GetValue(scoreThreshold),
                    Against = arguments.GetValue(against),
                    RequireBetter = arguments.GetValue(better),
                    AllowedDrop = arguments.GetValue(drop),
                    Tracks = arguments.GetValue(tracks) ? seriesOptions.Rules(arguments) : null,
                    Every = arguments.GetValue(every),
                },
                cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(Request request, CancellationToken cancellation)
    {
        request.Validate();
        using LeafFinder finder = LeafFinder.Open(request.Model, request.ScoreThreshold, LeafFinder.LowestScore);
        LabelledPictures data = LabelledPictures.Open(request.Data, request.Tracks is null ? request.Rules : request.Rules with { Colours = new LeafColours() });
        data.RequireWhole(cancellation);
        try
        {
            if (request.Tracks is not null)
            {
                return TrackScoring.Run(finder, data, request.Tracks, request.Every, request.Json, cancellation);
            }

            Comparison comparison = Comparison.Run(finder, data, Draws, BootstrapSeed, cancellation);
            LabelLoss.Check(request.Data, comparison.Pictures.Sum(picture => (long)picture.Score.TrueLeaves), data.Seen, request.Rules);
            ScoreTable.Write(Console.Out, finder, comparison);
            AgreementReport.Write(Console.Out, comparison.Pictures);
            FindingsReport.Print(data.Seen);
            AgainstModel? against = request.Against is null ? null : AgainstModel.Run(request.Against, data, comparison.Pictures, cancellation);
            if (request.Json is not null)
            {
                DurableFile.Write(request.Json, Encoding.UTF8.GetBytes(EvaluationJson.Write(finder, comparison, against)));
                Console.WriteLine($"Scores: {request.Json}");
            }

            if (request.Report is not null)
            {
                string html = EvaluationReport.Write(finder, comparison, request.Run, request.Pictures, cancellation);
                DurableFile.Write(request.Report, Encoding.UTF8.GetBytes(html));
                Console.WriteLine($"Report: {request.Report}");
            }

            return against is null ? ExitCode.Done : Judge(finder, against.Difference, request);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted; what was not said above is not written.");
            return ExitCode.Interrupted;
        }
    }

    private static int Judge(LeafFinder finder, PairedDifference difference, Request request)
    {
        Console.WriteLine($"{finder.Title} ({finder.File}) {difference.Sentence(request.Against!)}");
        if (request.RequireBetter && !difference.IsBetter)
        {
            Console.Error.WriteLine($"Not better than {request.Against} beyond chance, as --require-better asks.");
            return ExitCode.Differs;
        }

        if (request.AllowedDrop is { } allowed && difference.Mean < -allowed)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SBD is {-difference.Mean:0.000} lower than that of {request.Against}, allowed are {allowed} (--allowed-drop)."));
            return ExitCode.Differs;
        }

        return ExitCode.Done;
    }

    private sealed record Request
    {
        public required string Model { get; init; }

        public required string Data { get; init; }

        public required ReadingRules Rules { get; init; }

        public required string? Report { get; init; }

        public required string? Json { get; init; }

        public required string? Run { get; init; }

        public required string[] Pictures { get; init; }

        public required float? ScoreThreshold { get; init; }

        public required string? Against { get; init; }

        public required bool RequireBetter { get; init; }

        public required double? AllowedDrop { get; init; }

        /// <summary>Null: pictures are scored, each for itself.</summary>
        public required SeriesOptions.SeriesRules? Tracks { get; init; }

        public required int Every { get; init; }

        /// <summary>Finds before the work what would stop its results from being written.</summary>
        public void Validate()
        {
            OptionCheck.RequireScoreThreshold(ScoreThreshold);
            if (Against is null && (RequireBetter || AllowedDrop is not null))
            {
                throw new SettingsException("--require-better and --allowed-drop go with --against: expected the model to compare with.");
            }

            if (AllowedDrop is not (null or (>= 0 and <= 1)))
            {
                throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"--allowed-drop is {AllowedDrop}, expected a share of SBD, 0 to 1."));
            }

            if (Every < 1)
            {
                throw new SettingsException($"--every is {Every}, expected 1 or more.");
            }

            if (Tracks is not null && (Report is not null || Run is not null || Pictures.Length > 0 || Against is not null))
            {
                throw new SettingsException("--tracks with --report, --run, --pictures or --against: there is no such report; 'leafseg-train track' draws growth.");
            }

            if (Tracks is null && Every != 1)
            {
                throw new SettingsException("--every without --tracks: pictures of a data set are all scored.");
            }

            foreach (string file in new[] { Report, Json }.OfType<string>())
            {
                string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
                if (!Directory.Exists(folder))
                {
                    throw new DatasetException($"{file}: the folder {folder} does not exist; make it first");
                }
            }

            if (Run is not null && !Directory.Exists(Run))
            {
                throw new DatasetException($"{Run}: no such folder; --run names the folder that 'leafseg-train train --out' wrote");
            }

            foreach (string file in Run is null ? [] : new[] { RunLog.LossesName, RunLog.ScoresName })
            {
                if (!File.Exists(Path.Combine(Run!, file)))
                {
                    throw new DatasetException($"{Path.Combine(Run!, file)}: no such file; --run names the folder that 'leafseg-train train --out' wrote");
                }
            }

            foreach (string folder in Pictures)
            {
                if (!Directory.Exists(folder))
                {
                    throw new DatasetException($"{folder}: no such folder; --pictures names a folder of pictures to look at");
                }
            }
        }
    }
}
