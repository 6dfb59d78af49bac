using System.Diagnostics;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training.Reporting;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// The training loop: stage by stage, batch by batch. Everything random depends on the seed and the step, and everything
/// that is decided on the way is part of the checkpoint, so a run that is resumed goes the way it would have gone.
/// </summary>
internal sealed partial class Trainer : IDisposable
{
    /// <summary>The newest state of the run.</summary>
    public const string CheckpointName = "checkpoint.safetensors";

    /// <summary>Its state when the validation pictures' SBD was highest.</summary>
    public const string BestName = "best.safetensors";

    private readonly TrainingSettings settings;
    private readonly LabelledPictures data;
    private readonly string folder;
    private readonly MaskRcnn network;
    private readonly MaskRcnn average;
    private readonly Validation validation;
    private readonly Stopwatch clock = new();
    private byte[]? optimiserState;
    private RunState state;
    private readonly double secondsBefore;

    /// <summary>A new run.</summary>
    public Trainer(
        TrainingSettings settings, LabelledPictures data, LabelledPictures validation, string folder, Action<MaskRcnn> loadWeights)
    {
        random.manual_seed(settings.Seed);
        this.settings = settings.For(data.Count);
        this.data = data;
        this.folder = folder;
        network = new MaskRcnn(settings.Network);
        loadWeights(network);
        average = new MaskRcnn(settings.Network);
        average.load_state_dict(network.state_dict());
        state = new RunState { Pictures = data.Count };
        this.validation = new Validation(average, validation, this.settings);
    }

    /// <summary>A run that continues from its checkpoint.</summary>
    /// <exception cref="SettingsException">The training data is another: the run would not go the way it would have gone.</exception>
    public Trainer(Checkpoint.Resumed resumed, LabelledPictures data, LabelledPictures validation, string folder)
    {
        state = resumed.State;
        if (state.Pictures != 0 && state.Pictures != data.Count)
        {
            throw new SettingsException(
                $"{data.Folder} has {data.Count} pictures, the run in {folder} began with {state.Pictures}; name the data that it began with, "
                + "or begin a new run from its network with --from.");
        }

        settings = resumed.Settings.For(data.Count);
        this.data = data;
        this.folder = folder;
        network = resumed.Network;
        average = resumed.Average;
        optimiserState = resumed.OptimiserState;
        secondsBefore = state.Seconds;
        this.validation = new Validation(average, validation, settings);
    }

    public TrainingSettings Settings => settings;

    /// <summary>The run begins from a network that finds leaves already: it is scored before the first step, and is the best so far.</summary>
    public bool ScoresStart { get; set; }

    /// <summary>Steps done so far.</summary>
    public int Step => state.Step;

    public RunState State => state with { Seconds = secondsBefore + clock.Elapsed.TotalSeconds };

    /// <param name="watcher">Follows its progress.</param>
    /// <param name="cancellation">Ends the run after the current step, with a checkpoint.</param>
    /// <returns>Whether all stages came to their end; false when the run ended early for want of progress.</returns>
    /// <exception cref="TrainingException">A loss is no number any more.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the checkpoint is written.</exception>
    public bool Run(RunWatcher watcher, CancellationToken cancellation)
    {
        using RunRecord record = new(folder, settings, state.Step);
        average.RequireGradient(false);
        average.eval();
        network.train();
        clock.Start();
        network.BackboneType = settings.Precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        BatchLoader loader = new(data, settings);
        int stageStart = 0;
        foreach (StageSettings stage in settings.Stages)
        {
            int stageEnd = stageStart + stage.Iterations;
            bool awaitsValidation = state.Step == stageEnd && state.ValidatedStep < stageEnd && IsValidated(stageEnd);
            if (state.Step < stageEnd || awaitsValidation)
            {
                if (state.StopsEarly(settings.EarlyStop))
                {
                    return false;
                }

                using StageRun run = new(this, stage, stageStart, stageEnd, record, watcher, cancellation);
                if (!run.Take(loader))
                {
                    return false;
                }
            }

            stageStart = stageEnd;
        }

        return true;
    }

    public void Dispose()
    {
        network.Dispose();
        average.Dispose();
    }

    private bool IsValidated(int step) => step % settings.ValidateEvery == 0 || step == settings.Iterations;

    private void Save(string name, Optimiser optimiser, RunRecord record)
    {
        record.Flush();
        average.TakeStatistics(network);
        Checkpoint.Write(Path.Combine(folder, name), settings, State, network, average, optimiser.Save());
    }
}
