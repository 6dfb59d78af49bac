using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Metrics;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Reports;
using LeafSeg.ModelTraining.Evaluation;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train evaluate: scores a model file on labelled pictures and shows what it sees.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model", "-m") { Description = "The .onnx file, as the agent runs it", Required = true };
        Option<string> data = new("--data", "-d") { Description = "Labelled pictures in any layout that prepare reads", Required = true };
        Option<string?> report = new("--report") { Description = "Write what was found as one self-contained HTML file" };
        Option<string?> run = new("--run") { Description = "Folder of the training run, for the report's curves" };
        Option<string[]> pictures = new("--pictures")
        {
            Description = "Folder of pictures without labels, for the report: looked at, never scored; may be named several times",
        };
        Command command = new("evaluate",
            """
            Scores a model on labelled pictures: Symmetric Best Dice, both Best Dices, difference in count, foreground Dice.

            Examples:
              leafseg-train synth --count 200 --seed 900000 --out data/unseen
              leafseg-train evaluate --model leafseg.onnx --data data/unseen
              leafseg-train evaluate --model leafseg.onnx --data data/unseen --run runs/1 --pictures rig/overlays --report report.html

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, 130 interrupted.
            """)
        {
            model, data, report, run, pictures,
        };
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(model)!, arguments.GetValue(data)!, arguments.GetValue(report), arguments.GetValue(run),
                arguments.GetValue(pictures) ?? [], cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(string modelFile, string data, string? report, string? run, string[] pictures, CancellationToken cancellation)
    {
        using LeafModel model = LeafModel.Open(modelFile);
        LabelledPictures labelled = LabelledPictures.Open(data);
        ProgressLine progress = ProgressLine.OnStandardError("pictures", labelled.Count);
        List<ScoredPicture> scored = [];
        for (int i = 0; i < labelled.Count; i++)
        {
            if (cancellation.IsCancellationRequested)
            {
                progress.End();
                Console.Error.WriteLine($"Interrupted after {i} of {labelled.Count} pictures; nothing is written.");
                return ExitCode.Interrupted;
            }

            LeafPicture picture = labelled.Read(i);
            scored.Add(new ScoredPicture(i, picture.Name, Scoring.Score(model.Find(picture.Image), picture.Labels)));
            progress.Advance();
        }

        progress.End();
        Print(LeafScoreSummary.Of([.. scored.Select(s => s.Score)]));
        FindingsReport.Print(labelled.Seen);
        if (report is not null)
        {
            File.WriteAllText(report, EvaluationReport.Write(model, Path.GetFileName(modelFile), labelled, scored, run, pictures));
            Console.WriteLine($"Report: {report}");
        }

        return ExitCode.Done;
    }

    private static void Print(LeafScoreSummary s) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        pictures                       {s.Pictures,8}
        SBD                            {s.Sbd,8:F3}
        BestDice prediction -> truth   {s.BestDicePredictionTruth,8:F3}
        BestDice truth -> prediction   {s.BestDiceTruthPrediction,8:F3}
        |DiC|                          {s.AbsoluteDic,8:F2}
        DiC                            {s.Dic,8:+0.00;-0.00;0.00}
        FgBgDice                       {s.FgBgDice,8:F3}
        """));
}
