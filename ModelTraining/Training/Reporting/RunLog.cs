using System.Globalization;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Metrics;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>
/// The curves of a run as CSV files: losses.csv, one line a step, scores.csv, one line a validation, and notes.csv, what
/// happened at which step. Holds the run's folder, too: a second process that wants to train into it is turned away.
/// </summary>
internal sealed class RunLog : IDisposable
{
    public const string LossesName = "losses.csv";
    public const string ScoresName = "scores.csv";
    public const string NotesName = "notes.csv";
    public const string LockName = "lock";

    private readonly FileStream folderLock;
    private readonly StreamWriter losses;
    private readonly StreamWriter scores;
    private readonly StreamWriter notes;

    /// <param name="folder">Of the run.</param>
    /// <param name="step">Where the run stands. Lines of later steps, left by a run that was killed, are dropped: they will be written again.</param>
    public RunLog(string folder, int step)
    {
        folderLock = Lock(folder);
        string[] parts = LeafLoss.Names;
        losses = Open(folder, LossesName, step, $"step,stage,rate,{string.Join(',', parts)},total,gradient_norm,seconds,waited");
        scores = Open(
            folder, ScoresName, step,
            "step,pictures,sbd,best_dice_prediction_truth,best_dice_truth_prediction,fg_bg_dice,dic,absolute_dic,"
            + $"{string.Join(',', parts.Select(name => "validation_" + name))},validation_total");
        notes = Open(folder, NotesName, step, "step,note");
    }

    public void Add(StepRecord r) =>
        losses.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{r.Step},{Cell(r.Stage)},{r.Rate:G6},{Join(r.Losses.Select(v => (double)v))},{r.Losses.Sum():G6},{r.GradientNorm:G6},{r.Seconds:F3},{r.Waited:F3}"));

    public void Add(int step, Validation.Result result)
    {
        LeafScoreSummary s = result.Scores;
        scores.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{step},{s.Pictures},{s.Sbd:F4},{s.BestDicePredictionTruth:F4},{s.BestDiceTruthPrediction:F4},{s.FgBgDice:F4},{s.Dic:F4},{s.AbsoluteDic:F4},{Join(result.Losses)},{result.Losses.Sum():G6}"));
    }

    public void Note(int step, string what) => notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step},{Cell(what)}"));

    public void Flush()
    {
        losses.Flush();
        scores.Flush();
        notes.Flush();
    }

    public void Dispose()
    {
        try
        {
            losses.Dispose();
            scores.Dispose();
            notes.Dispose();
        }
        finally
        {
            folderLock.Dispose();
        }
    }

    private static string Join(IEnumerable<double> values) => string.Join(',', values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture)));

    /// <summary>No quoting: whoever reads these files by a spreadsheet or by cut gets the same.</summary>
    private static string Cell(string text) => text.Replace(',', ';').ReplaceLineEndings(" ");

    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new TrainingException($"{folder}: another process is training into this folder ({e.Message})");
        }
    }

    private static StreamWriter Open(string folder, string name, int step, string header)
    {
        string path = Path.Combine(folder, name);
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Where(line => StepOf(line) <= step)] : [];
        // Whole or not at all: a process killed while it drops lines must not take the curves with it.
        DurableFile.Write(path, file =>
        {
            using StreamWriter writer = new(file, leaveOpen: true);
            writer.WriteLine(header);
            foreach (string line in kept)
            {
                writer.WriteLine(line);
            }
        });
        return new StreamWriter(path, append: true);
    }

    private static int StepOf(string line) =>
        int.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), CultureInfo.InvariantCulture, out int step) ? step : int.MaxValue;
}
