using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;

namespace LeafSeg.ModelTraining.Training.Reporting;

/// <summary>All that a run writes about itself into its folder: CSV curves, TensorBoard events, overlays, and report.html.</summary>
internal sealed class RunRecord : IDisposable
{
    private readonly string folder;
    private readonly TrainingSettings settings;
    private readonly RunLog log;
    private readonly EventFile events;

    /// <param name="folder">Of the run.</param>
    /// <param name="settings">Shown in the report.</param>
    /// <param name="step">The steps done; what was written of later steps is dropped.</param>
    public RunRecord(string folder, TrainingSettings settings, int step)
    {
        this.folder = folder;
        this.settings = settings;
        log = new RunLog(folder, step);
        events = new EventFile(folder, step);
        Overlays.DropAfter(folder, step);
    }

    public void Add(StepRecord record)
    {
        log.Add(record);
        events.Add(
            record.Step,
            [
                .. LeafLoss.Names.Zip(record.Losses, (name, value) => ($"loss/{name}", value)),
                ("loss/total", record.Losses.Sum()), ("rate", (float)record.Rate), ("gradient_norm", (float)record.GradientNorm),
                ("seconds", (float)record.Seconds), ("waited", (float)record.Waited),
            ]);
    }

    public void Add(int step, Validation.Result result)
    {
        log.Add(step, result);
        events.Add(
            step,
            [
                .. LeafLoss.Names.Zip(result.Losses, (name, value) => ($"validation_loss/{name}", (float)value)),
                ("validation_loss/total", (float)result.Losses.Sum()), ("score/sbd", (float)result.Scores.Sbd),
                ("score/best_dice_prediction_truth", (float)result.Scores.BestDicePredictionTruth),
                ("score/best_dice_truth_prediction", (float)result.Scores.BestDiceTruthPrediction),
                ("score/fg_bg_dice", (float)result.Scores.FgBgDice), ("score/dic", (float)result.Scores.Dic),
                ("score/absolute_dic", (float)result.Scores.AbsoluteDic),
            ]);
        foreach ((string name, RgbImage overlay) in result.Overlays)
        {
            events.Add(step, $"validation/{name}", overlay);
            Overlays.Write(folder, step, name, overlay);
        }
    }

    /// <summary>Something that belongs beside the curves: a new stage, a plateau's action, an early stop.</summary>
    public void Note(int step, string what) => log.Note(step, what);

    /// <summary>Brings all lines so far to the files.</summary>
    public void Flush()
    {
        log.Flush();
        events.Flush();
    }

    public void WriteReport(RunState state)
    {
        Flush();
        DurableFile.Write(Path.Combine(folder, TrainingReport.FileName), System.Text.Encoding.UTF8.GetBytes(TrainingReport.Write(folder, settings, state)));
    }

    public void Dispose()
    {
        events.Dispose();
        log.Dispose();
    }
}
