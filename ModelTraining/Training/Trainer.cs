using System.Diagnostics;
using System.Globalization;
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
internal sealed class Trainer : IDisposable
{
    /// <summary>Where the run stands.</summary>
    public const string CheckpointName = "checkpoint.safetensors";

    /// <summary>Where it stood when the validation pictures' SBD was highest.</summary>
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

    /// <summary>A run that goes on from its checkpoint.</summary>
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

    /// <param name="watcher">Is told how it goes.</param>
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
                if (state.StopsEarly(settings.EarlyStop) || !RunStage(stage, stageStart, stageEnd, loader, record, watcher, cancellation))
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

    /// <returns>False when the run ends early.</returns>
    private bool RunStage(
        StageSettings stage, int stageStart, int stageEnd, BatchLoader loader, RunRecord record, RunWatcher watcher, CancellationToken cancellation)
    {
        network.RequireGradient(true);
        network.Backbone.Freeze(stage.Layers == TrainedLayers.Heads ? int.MaxValue : settings.FrozenStages);
        bool begins = state.Step == stageStart;
        if (begins)
        {
            // Each stage watches for a plateau of its own.
            state = state with { Plateau = new BestSoFar(), ActionsTaken = 0 };
            Note(state.Step + 1, $"stage {stage.Name} begins: {stage.Layers} layers, {stage.Optimiser}, rate {stage.Rate.ToString("G3", CultureInfo.InvariantCulture)}, {stage.Schedule}, {stage.Iterations} steps");
        }

        Optimiser optimiser = new(network, stage.AfterActions(state.ActionsTaken));
        try
        {
            if (!begins)
            {
                optimiser.Load(optimiserState!);
            }

            if (ScoresStart && state.Step == 0 && state.StartSbd.Count == 0)
            {
                ScoreStart();
            }

            TrainingStep taking = new(network, average, settings);
            using IEnumerator<Batch> batches = loader.Batches(state.Step, stageEnd).GetEnumerator();
            // A run that was interrupted before the validation that was due begins with it.
            if (!begins && IsValidated(state.Step) && state.ValidatedStep < state.Step && !ValidateAndGoOn())
            {
                return false;
            }

            Stopwatch watch = Stopwatch.StartNew();
            while (batches.MoveNext())
            {
                double waited = watch.Elapsed.TotalSeconds;
                Batch batch = batches.Current;
                StageSettings now = stage.AfterActions(state.ActionsTaken);
                double rate = now.Rate * now.RateFactor(batch.Step - stageStart);
                TrainingStep.Outcome outcome = taking.Take(batch, optimiser, stage.Name, rate);
                state = state with { Step = state.Step + 1 };
                record.Add(new StepRecord(state.Step, stage.Name, rate, outcome.Losses, outcome.GradientNorm, watch.Elapsed.TotalSeconds, waited));
                watcher.Stepped(state.Step, $"{stage.Name}, loss {outcome.Losses.Sum().ToString("0.000", CultureInfo.InvariantCulture)}");
                if (IsValidated(state.Step) && !cancellation.IsCancellationRequested && !ValidateAndGoOn())
                {
                    return false;
                }

                if (state.Step == stageEnd || state.Step % settings.CheckpointEvery == 0 || cancellation.IsCancellationRequested)
                {
                    Save(CheckpointName, optimiser, record);
                }

                cancellation.ThrowIfCancellationRequested();
                watch.Restart();
            }

            return true;
        }
        finally
        {
            optimiser.Dispose();
        }

        void ScoreStart()
        {
            average.TakeStatistics(network);
            Validation.Result result = validation.Run(cancellation);
            state = state with { Best = state.Best.After(result.Scores.Sbd, 0, 0), StartSbd = result.SbdOfEach, BestSbd = result.SbdOfEach };
            record.Add(0, result);
            watcher.Scored(0, result.Scores);
            Save(BestName, optimiser, record);
        }

        bool ValidateAndGoOn()
        {
            Validation.Result result;
            average.TakeStatistics(network);
            try
            {
                result = validation.Run(cancellation);
            }
            catch (OperationCanceledException)
            {
                Save(CheckpointName, optimiser, record);
                throw;
            }

            StageSettings before = stage.AfterActions(state.ActionsTaken);
            (state, PlateauAction? due) = state.AfterValidation(result.Scores.Sbd, result.Losses.Sum(), stage, settings.EarlyStop);
            record.Add(state.Step, result);
            watcher.Scored(state.Step, result.Scores);
            if (due is not null)
            {
                Note(state.Step, $"plateau: {stage.Plateau!.Watch} has not got better for {due.Patience} validations; from here on {due}");
                if (stage.AfterActions(state.ActionsTaken) is var after && after.Optimiser != before.Optimiser)
                {
                    optimiser.Dispose();
                    optimiser = new Optimiser(network, after);
                }
            }

            bool stops = state.StopsEarly(settings.EarlyStop);
            if (stops)
            {
                Note(state.Step, string.Create(
                    CultureInfo.InvariantCulture,
                    $"stopped early: SBD has not risen by more than {settings.EarlyStop!.MinDelta} for {settings.EarlyStop.Patience} validations; best {state.Best.Best:F3} at step {state.Best.BestStep}"));
            }

            if (state.Best.BestStep == state.Step)
            {
                state = state with { BestSbd = result.SbdOfEach };
                Save(BestName, optimiser, record);
            }

            if (stops)
            {
                Save(CheckpointName, optimiser, record);
            }

            record.WriteReport(State);
            return !stops;
        }

        void Note(int step, string what)
        {
            record.Note(step, what);
            watcher.Noted(step, what);
        }
    }

    private bool IsValidated(int step) => step % settings.ValidateEvery == 0 || step == settings.Iterations;

    private void Save(string name, Optimiser optimiser, RunRecord record)
    {
        record.Flush();
        average.TakeStatistics(network);
        Checkpoint.Write(Path.Combine(folder, name), settings, State, network, average, optimiser.Save());
    }
}
