using System.Globalization;
using System.Text.Json;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>How a run goes, as one HTML file that needs no other: curves, plants over time, the machine, the settings.</summary>
internal static class TrainingReport
{
    public const string FileName = "report.html";

    private const int Points = 300;
    private const int RecentSteps = 200;
    private const int ShownOverTime = 8;

    /// <param name="folder">Of the run, with its CSV files and overlays.</param>
    /// <param name="settings">With the stages in iterations.</param>
    /// <param name="state">The run's state.</param>
    public static string Write(string folder, TrainingSettings settings, RunState state)
    {
        RunTable losses = RunTable.Read(Path.Combine(folder, RunLog.LossesName));
        RunTable scores = RunTable.Read(Path.Combine(folder, RunLog.ScoresName));
        (int Step, string Text)[] notes = [.. RunTable.Read(Path.Combine(folder, RunLog.NotesName)).Texts("note")];
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        Html html = new($"Training {title}");
        html.Table(Standing(settings, state, losses), numbers: false);
        WriteCurves(html, settings, losses, scores, [.. notes.Select(note => note.Step)]);
        html.Line($"<h2>What happened</h2>");
        html.Table(notes.Select(note => ($"step {note.Step}", note.Text)), numbers: false);
        WritePlants(html, folder);
        html.Line($"<h2>Machine</h2>");
        html.Table(Machine.Describe(), numbers: false);
        html.Line($"<h2>Settings</h2><pre>{Html.Text(JsonSerializer.Serialize(settings, Checkpoint.Json))}</pre>");
        return html.Finish();
    }

    private static IEnumerable<(string, string)> Standing(TrainingSettings settings, RunState state, RunTable losses)
    {
        int left = settings.Iterations - state.Step;
        IReadOnlyList<(double Step, double Value)> seconds = losses.Numbers("seconds");
        IReadOnlyList<(double Step, double Value)> waited = losses.Numbers("waited");
        double atSteps = seconds.Sum(s => s.Value);
        yield return ("Step", string.Create(CultureInfo.InvariantCulture, $"{state.Step} of {settings.Iterations}"));
        yield return ("Time at work", Time(state.Seconds));
        if (left > 0 && seconds.Count > 0)
        {
            // Validations and checkpoints take their share of the time to come, as they did so far.
            double perStep = seconds.TakeLast(RecentSteps).Average(s => s.Value) * Math.Max(1, state.Seconds / Math.Max(atSteps, 1e-9));
            yield return ("Time left", string.Create(CultureInfo.InvariantCulture, $"about {Time(left * perStep)}"));
        }

        if (seconds.Count > 0)
        {
            yield return ("A step takes", string.Create(CultureInfo.InvariantCulture, $"{seconds.TakeLast(RecentSteps).Average(s => s.Value):F2} s, mean of the last {Math.Min(RecentSteps, seconds.Count)}"));
        }

        if (waited.Count > 0)
        {
            yield return ("Waiting for pictures", string.Create(CultureInfo.InvariantCulture, $"{waited.Sum(w => w.Value) / Math.Max(atSteps, 1e-9):P1} of the time, {waited.Average(w => w.Value) * 1000:F1} ms a step"));
        }

        if (state.Best.Best is { } best)
        {
            yield return ("Best SBD", string.Create(CultureInfo.InvariantCulture, $"{best:F3} at step {state.Best.BestStep}"));
        }

        yield return ("Written", string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC"));
    }

    private static void WriteCurves(Html html, TrainingSettings settings, RunTable losses, RunTable scores, int[] marks)
    {
        List<(int Step, string Name)> stages = [];
        int start = 0;
        foreach (StageSettings stage in settings.Stages)
        {
            stages.Add((start, stage.Name));
            start += stage.Iterations;
        }

        string[] parts = LeafLoss.Names;
        string[] validation = [.. parts.Select(name => "validation_" + name)];
        html.Line($"<h2>Curves</h2><p class=\"note\">Bands are stages; a dashed line marks a step of the list below.</p><div class=\"charts\">");
        Chart("The five losses on training pictures", "loss", losses, parts, parts);
        Chart("The five losses on validation pictures", "loss", scores, parts, validation);
        Chart("Sum of the losses on training pictures", "loss", losses, ["loss"], ["total"]);
        Chart("Sum of the losses on validation pictures", "loss", scores, ["loss"], ["validation_total"]);
        Chart(
            "Leaf scores on validation pictures", "Dice, 0 to 1", scores, ["SBD", "prediction to truth", "truth to prediction", "FBD"],
            ["sbd", "best_dice_prediction_truth", "best_dice_truth_prediction", "fg_bg_dice"]);
        Chart("Leaves miscounted on validation pictures", "leaves a picture", scores, ["|DiC|", "DiC"], ["absolute_dic", "dic"]);
        Chart("Rate of pyramid and heads", "learning rate", losses, ["rate"], ["rate"], logarithmic: true);
        Chart("Gradient norm before clipping", "norm", losses, ["norm"], ["gradient_norm"], logarithmic: true);
        Chart("Seconds a step", "seconds", losses, ["in all", "waiting for pictures"], ["seconds", "waited"]);
        html.Line($"</div>");

        void Chart(string title, string quantity, RunTable table, string[] names, string[] columns, bool logarithmic = false) => new RunChart
        {
            Title = title,
            Quantity = quantity,
            Lines = [.. names.Zip(columns, (name, column) => (name, table.Smooth(column, Points)))],
            Stages = stages,
            Marks = marks,
            Logarithmic = logarithmic,
        }.Write(html);
    }

    private static void WritePlants(Html html, string folder)
    {
        html.Line($"<h2>The same validation plants over time</h2>");
        foreach (IGrouping<string, (int Step, string Path)> plant in Overlays.Read(folder))
        {
            (int Step, string Path)[] all = [.. plant];
            int count = Math.Min(ShownOverTime, all.Length);
            html.Line($"<h3>{Html.Text(plant.Key)}</h3><div class=\"strip\">");
            for (int i = 0; i < count; i++)
            {
                (int step, string path) = all[count == 1 ? 0 : i * (all.Length - 1) / (count - 1)];
                html.Figure(Html.Picture(File.ReadAllBytes(path), $"leaves found after step {step}"), $"step {step}");
            }

            html.Line($"</div>");
        }
    }

    private static string Time(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
    }
}
