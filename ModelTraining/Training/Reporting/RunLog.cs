using System.Globalization;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>
/// The curves of a run as CSV files: losses.csv, one line a step, scores.csv, one line a validation, and notes.csv, what
/// happened at which step. Holds the run's folder, too: a second process that wants to train into it is refused.
/// </summary>
internal sealed class RunLog : IDisposable
{
    public const string LossesName = "losses.csv";
    public const string ScoresName = "scores.csv";
    public const string NotesName = "notes.csv";
    public const string LockName = "lock";

    private readonly FileStream folderLock;
    private readonly CsvFile losses;
    private readonly CsvFile scores;
    private readonly CsvFile notes;

    /// <param name="folder">Of the run.</param>
    /// <param name="step">The steps done. Lines of later steps, left by a run that was killed, are dropped: they will be written again.</param>
    public RunLog(string folder, int step)
    {
        folderLock = Lock(folder);
        string[] parts = LeafLoss.Names;
        losses = Open(folder, LossesName, step, ["step", "stage", "rate", .. parts, "total", "gradient_norm", "seconds", "waited"]);
        scores = Open(
            folder, ScoresName, step,
            [
                "step", "pictures", "sbd", "best_dice_prediction_truth", "best_dice_truth_prediction", "fg_bg_dice", "dic", "absolute_dic",
                .. parts.Select(name => "validation_" + name), "validation_total",
            ]);
        notes = Open(folder, NotesName, step, ["step", "note"]);
    }

    public void Add(StepRecord r) =>
        losses.Add(
        [
            Whole(r.Step), Plain(r.Stage), Number(r.Rate), .. r.Losses.Select(loss => Number(loss)), Number(r.Losses.Sum()), Number(r.GradientNorm),
            Number(r.Seconds, "F3"), Number(r.Waited, "F3"),
        ]);

    public void Add(int step, Validation.Result result)
    {
        LeafScoreSummary s = result.Scores;
        double[] figures = [s.Sbd, s.BestDicePredictionTruth, s.BestDiceTruthPrediction, s.FgBgDice, s.Dic, s.AbsoluteDic];
        scores.Add(
        [
            Whole(step), Whole(s.Pictures), .. figures.Select(figure => Number(figure, "F4")), .. result.Losses.Select(loss => Number(loss)),
            Number(result.Losses.Sum()),
        ]);
    }

    public void Note(int step, string what) => notes.Add(Whole(step), Plain(what));

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

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double number, string format = "G6") => number.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Without anything that is quoted in CSV: a spreadsheet and cut read the same cells.</summary>
    private static string Plain(string text) => text.Replace(',', ';').Replace('"', '\'').ReplaceLineEndings(" ");

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

    private static CsvFile Open(string folder, string name, int step, string[] columns)
    {
        string path = Path.Combine(folder, name);
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Where(line => StepOf(line) <= step)] : [];
        // Whole or not at all: a process killed while it drops lines must not take the curves with it.
        DurableFile.Write(path, file =>
        {
            using StreamWriter writer = new(file, leaveOpen: true);
            new CsvFile(writer, columns).Flush();
            foreach (string line in kept)
            {
                writer.WriteLine(line);
            }
        });
        return new CsvFile(new StreamWriter(path, append: true), columns, hasHeader: true);
    }

    private static int StepOf(string line) =>
        int.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), CultureInfo.InvariantCulture, out int step) ? step : int.MaxValue;
}
