using System.Globalization;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.Benchmarks;

/// <summary>
/// What gets a run off a plateau? From one checkpoint, on the same pictures in the same order: SGD at a rate, at a tenth
/// of it, Adagrad at the tenth (what the original changed to), AdamW at the tenth. Writes one HTML file with table and curves.
/// </summary>
internal static class Ablation
{
    private const int Points = 150;

    public static int Run(string[] args)
    {
        if (args.Length is < 5 or > 6)
        {
            Console.Error.WriteLine("usage: ablation CHECKPOINT DATA VALIDATION STEPS OUT [rate]");
            return 2;
        }

        (string checkpoint, string output) = (args[0], args[4]);
        int steps = int.Parse(args[3], CultureInfo.InvariantCulture);
        double rate = args.Length > 5 ? double.Parse(args[5], CultureInfo.InvariantCulture) : 1e-3;
        LabelledPictures data = LabelledPictures.Open(args[1]), validation = LabelledPictures.Open(args[2]);
        (var network, TrainingSettings start, int step) = Checkpoint.ReadNetwork(checkpoint);
        network.Dispose();
        Variant[] variants =
        [
            new("sgd", OptimiserKind.Sgd, rate), new("sgd-tenth", OptimiserKind.Sgd, rate / 10),
            new("adagrad", OptimiserKind.Adagrad, rate / 10), new("adamw", OptimiserKind.AdamW, rate / 10),
        ];
        foreach (Variant variant in variants)
        {
            Train(variant, start, checkpoint, data, validation, steps, Path.Combine(output, variant.Name));
        }

        string report = Path.Combine(output, "ablation.html");
        File.WriteAllText(report, Report(variants, checkpoint, step, steps, output));
        Console.WriteLine(report);
        return 0;
    }

    /// <summary>A run that was stopped is gone on with; one that is done is left as it is.</summary>
    private static void Train(Variant variant, TrainingSettings start, string checkpoint, LabelledPictures data, LabelledPictures validation, int steps, string folder)
    {
        Directory.CreateDirectory(folder);
        string reached = Path.Combine(folder, Trainer.CheckpointName);
        TrainingSettings settings = start with
        {
            Stages = [new() { Name = variant.Name, Layers = TrainedLayers.All, Iterations = steps, Rate = variant.Rate, Optimiser = variant.Optimiser, Schedule = RateSchedule.Constant, WarmUp = 0 }],
            EarlyStop = null,
            ValidateEvery = Math.Max(1, steps / 10),
            ValidateEveryEpochs = 0,
        };
        using Trainer trainer = File.Exists(reached)
            ? new Trainer(Checkpoint.Read(reached), data, validation, folder)
            : new Trainer(settings, data, validation, folder, network => Checkpoint.LoadInto(network, checkpoint));
        trainer.Run(
            new RunWatcher
            {
                Scored = (step, scores) => Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{variant.Name} step {step}: SBD {scores.Sbd:F3}, |DiC| {scores.AbsoluteDic:F2}")),
            },
            CancellationToken.None);
    }

    private static string Report(Variant[] variants, string checkpoint, int step, int steps, string output)
    {
        Html html = new("From one checkpoint: rate and optimiser");
        html.Line($"<p>{Html.Text(Path.GetFileName(checkpoint))}, step {step}, then {steps} steps of each variant on the same pictures in the same order, constant rate.</p>");
        html.Line($"<table><tr><th>variant</th><th>optimiser</th><th>rate</th><th>first SBD</th><th>last SBD</th><th>best SBD</th><th>last |DiC|</th><th>last validation loss</th></tr>");
        foreach (Variant variant in variants)
        {
            RunTable scores = Scores(variant);
            IReadOnlyList<(double Step, double Value)> sbd = scores.Numbers("sbd");
            html.Line($"<tr><td>{variant.Name}</td><td>{variant.Optimiser}</td><td>{variant.Rate:G3}</td><td>{sbd[0].Value:F3}</td><td>{sbd[^1].Value:F3}</td><td>{sbd.Max(p => p.Value):F3}</td><td>{scores.Numbers("absolute_dic")[^1].Value:F2}</td><td>{scores.Numbers("validation_total")[^1].Value:F3}</td></tr>");
        }

        html.Line($"</table><div class=\"charts\">");
        Chart("SBD on validation pictures", Scores, "sbd");
        Chart("|DiC| on validation pictures", Scores, "absolute_dic");
        Chart("Sum of the losses on validation pictures", Scores, "validation_total");
        Chart("Sum of the losses on training pictures", Losses, "total");
        foreach (string name in LeafLoss.Names)
        {
            Chart($"Training loss {name}", Losses, name);
        }

        html.Line($"</div>");
        return html.Finish();

        RunTable Scores(Variant variant) => RunTable.Read(Path.Combine(output, variant.Name, RunLog.ScoresName));
        RunTable Losses(Variant variant) => RunTable.Read(Path.Combine(output, variant.Name, RunLog.LossesName));
        void Chart(string title, Func<Variant, RunTable> table, string column) =>
            new RunChart { Title = title, Quantity = "", Lines = [.. variants.Select(v => (v.Name, table(v).Smooth(column, Points)))] }.Write(html);
    }

    private sealed record Variant(string Name, OptimiserKind Optimiser, double Rate);
}
