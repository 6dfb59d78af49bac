using System.Globalization;
using System.Net;
using System.Text;
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

    internal const string Style =
        """
        :root { color-scheme: light dark; --ink: #1d2b22; --soft: #55655a; --paper: #fbfcfa; --line: #d8e0d6; --band0: #eef2ec; --band1: #dfe8dc; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4ece5; --soft: #a5b5a9; --paper: #141a16; --line: #34403a; --band0: #1b231e; --band1: #243029; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1320px; margin: 1.5rem auto; padding: 0 1rem; }
        h1, h2 { font-weight: 600; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
        table { border-collapse: collapse; } td, th { padding: .2rem 1.2rem .2rem 0; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 18px; } figure { margin: 0; }
        svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--soft); } svg .title { font-size: 15px; fill: var(--ink); }
        .stage0 { fill: var(--band0); } .stage1 { fill: var(--band1); } .axis { stroke: var(--soft); fill: none; } .mark { stroke: var(--ink); stroke-dasharray: 4 3; fill: none; }
        .plant { display: flex; gap: 10px; overflow-x: auto; padding-bottom: 6px; } .plant figure { flex: 0 0 150px; } .plant img { width: 100%; border-radius: 5px; }
        figcaption, .soft { font-size: .85rem; color: var(--soft); } pre { background: var(--band0); padding: 1rem; border-radius: 6px; overflow: auto; font-size: .8rem; }
        """;

    /// <param name="folder">Of the run, with its CSV files and overlays.</param>
    /// <param name="settings">With the stages in iterations.</param>
    /// <param name="state">Where the run stands.</param>
    public static string Write(string folder, TrainingSettings settings, RunState state)
    {
        RunTable losses = RunTable.Read(Path.Combine(folder, RunLog.LossesName));
        RunTable scores = RunTable.Read(Path.Combine(folder, RunLog.ScoresName));
        (int Step, string Text)[] notes = [.. RunTable.Read(Path.Combine(folder, RunLog.NotesName)).Texts("note")];
        string title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        StringBuilder html = new();
        Append(html, $"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Training {Text(title)}</title><style>{Style}</style></head><body>");
        Append(html, $"<h1>Training {Text(title)}</h1>");
        WriteTable(html, Standing(settings, state, losses));
        WriteCurves(html, settings, losses, scores, [.. notes.Select(note => note.Step)]);
        html.Append("<h2>What happened</h2>");
        WriteTable(html, notes.Select(note => ($"step {note.Step}", note.Text)));
        WritePlants(html, folder);
        html.Append("<h2>Machine</h2>");
        WriteTable(html, Machine.Describe());
        Append(html, $"<h2>Settings</h2><pre>{Text(JsonSerializer.Serialize(settings, Checkpoint.Json))}</pre></body></html>");
        return html.ToString();
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

    private static void WriteCurves(StringBuilder html, TrainingSettings settings, RunTable losses, RunTable scores, int[] marks)
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
        html.Append("<h2>Curves</h2><p class=\"soft\">Bands are stages, dashed lines stand where something happened.</p><div class=\"charts\">");
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
        html.Append("</div>");

        void Chart(string title, string quantity, RunTable table, string[] names, string[] columns, bool logarithmic = false) => html.Append(new RunChart
        {
            Title = title,
            Quantity = quantity,
            Lines = [.. names.Zip(columns, (name, column) => (name, table.Smooth(column, Points)))],
            Stages = stages,
            Marks = marks,
            Logarithmic = logarithmic,
        }.Draw());
    }

    private static void WritePlants(StringBuilder html, string folder)
    {
        html.Append("<h2>The same validation plants over time</h2>");
        foreach (IGrouping<string, (int Step, string Path)> plant in Overlays.Read(folder))
        {
            (int Step, string Path)[] all = [.. plant];
            int count = Math.Min(ShownOverTime, all.Length);
            Append(html, $"<h3>{Text(plant.Key)}</h3><div class=\"plant\">");
            for (int i = 0; i < count; i++)
            {
                (int step, string path) = all[count == 1 ? 0 : i * (all.Length - 1) / (count - 1)];
                string jpeg = Convert.ToBase64String(File.ReadAllBytes(path));
                Append(html, $"<figure><img src=\"data:image/jpeg;base64,{jpeg}\" alt=\"leaves found after step {step}\"><figcaption>step {step}</figcaption></figure>");
            }

            html.Append("</div>");
        }
    }

    private static void WriteTable(StringBuilder html, IEnumerable<(string Name, string Value)> rows)
    {
        html.Append("<table>");
        foreach ((string name, string value) in rows)
        {
            Append(html, $"<tr><td>{Text(name)}</td><td>{Text(value)}</td></tr>");
        }

        html.Append("</table>");
    }

    private static string Time(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
    }

    private static void Append(StringBuilder html, FormattableString text) => html.Append(FormattableString.Invariant(text));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
