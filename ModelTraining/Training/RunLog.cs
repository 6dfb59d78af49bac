using System.Globalization;
using LeafSeg.Common.Metrics;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// The curves of a run as two CSV files: losses.csv, one line a step, and scores.csv, one line a validation. Holds the
/// run's folder, too: a second process that wants to train into it is turned away.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private readonly FileStream folderLock;
    private readonly StreamWriter losses;
    private readonly StreamWriter scores;

    /// <param name="folder">Of the run.</param>
    /// <param name="step">Where the run stands. Lines of later steps, left by a run that was killed, are dropped: they will be written again.</param>
    public RunLog(string folder, int step)
    {
        folderLock = Lock(folder);
        losses = Open(Path.Combine(folder, "losses.csv"), step, $"step,stage,rate,{string.Join(',', LeafLoss.Names)},total,gradient_norm,seconds");
        scores = Open(Path.Combine(folder, "scores.csv"), step, "step,pictures,sbd,best_dice_prediction_truth,best_dice_truth_prediction,fg_bg_dice,dic,absolute_dic");
    }

    public void Add(int step, string stage, double rate, IReadOnlyList<float> values, double gradientNorm, double seconds) =>
        losses.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{step},{stage},{rate:G6},{string.Join(',', values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture)))},{values.Sum():G6},{gradientNorm:G6},{seconds:F3}"));

    public void Add(int step, LeafScoreSummary s) =>
        scores.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{step},{s.Pictures},{s.Sbd:F4},{s.BestDicePredictionTruth:F4},{s.BestDiceTruthPrediction:F4},{s.FgBgDice:F4},{s.Dic:F4},{s.AbsoluteDic:F4}"));

    public void Flush()
    {
        losses.Flush();
        scores.Flush();
    }

    public void Dispose()
    {
        losses.Dispose();
        scores.Dispose();
        folderLock.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new TrainingException($"{folder}: another process is training into this folder ({e.Message})");
        }
    }

    private static StreamWriter Open(string path, int step, string header)
    {
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Where(line => StepOf(line) <= step)] : [];
        StreamWriter writer = new(path, append: false);
        writer.WriteLine(header);
        foreach (string line in kept)
        {
            writer.WriteLine(line);
        }

        return writer;
    }

    private static int StepOf(string line) =>
        int.TryParse(line.AsSpan(0, Math.Max(0, line.IndexOf(','))), CultureInfo.InvariantCulture, out int step) ? step : int.MaxValue;
}
