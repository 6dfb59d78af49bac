using System.Diagnostics;
using LeafSeg.Common.Metrics;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// The training loop: stage by stage, batch by batch. Everything random depends on the seed and the step, so a run
/// that is resumed from a checkpoint goes the way it would have gone.
/// </summary>
internal sealed class Trainer : IDisposable
{
    public const string CheckpointName = "checkpoint.safetensors";

    private readonly TrainingSettings settings;
    private readonly LabelledPictures data;
    private readonly LabelledPictures validation;
    private readonly string folder;
    private readonly MaskRcnn network;
    private readonly MaskRcnn average;
    private byte[]? optimiserState;
    private int step;

    /// <summary>A new run.</summary>
    public Trainer(
        TrainingSettings settings, LabelledPictures data, LabelledPictures validation, string folder, Action<MaskRcnn> loadWeights)
    {
        random.manual_seed(settings.Seed);
        this.settings = settings;
        this.data = data;
        this.validation = validation;
        this.folder = folder;
        network = new MaskRcnn(settings.Network);
        loadWeights(network);
        average = new MaskRcnn(settings.Network);
        average.load_state_dict(network.state_dict());
    }

    /// <summary>A run that goes on from its checkpoint.</summary>
    public Trainer(Checkpoint.Resumed resumed, LabelledPictures data, LabelledPictures validation, string folder)
    {
        settings = resumed.Settings;
        this.data = data;
        this.validation = validation;
        this.folder = folder;
        network = resumed.Network;
        average = resumed.Average;
        optimiserState = resumed.OptimiserState;
        step = resumed.Step;
    }

    public TrainingSettings Settings => settings;

    /// <summary>Steps done so far.</summary>
    public int Step => step;

    /// <param name="progress">Told after each step: the step, and a note on the loss.</param>
    /// <param name="scored">Told after each validation.</param>
    /// <param name="cancellation">Ends the run after the current step, with a checkpoint.</param>
    /// <exception cref="TrainingException">A loss is no number any more.</exception>
    public void Run(Action<int, string> progress, Action<int, LeafScoreSummary> scored, CancellationToken cancellation)
    {
        using RunLog log = new(folder, step);
        average.RequireGradient(false);
        average.eval();
        network.train();
        network.BackboneType = settings.Precision == BackbonePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        BatchLoader loader = new(data, settings);
        int stageStart = 0;
        foreach (StageSettings stage in settings.Stages)
        {
            int stageEnd = stageStart + stage.Iterations;
            if (step < stageEnd)
            {
                RunStage(stage, stageStart, stageEnd, loader, log, progress, scored, cancellation);
            }

            stageStart = stageEnd;
        }
    }

    public void Dispose()
    {
        network.Dispose();
        average.Dispose();
    }

    private void RunStage(
        StageSettings stage, int stageStart, int stageEnd, BatchLoader loader, RunLog log,
        Action<int, string> progress, Action<int, LeafScoreSummary> scored, CancellationToken cancellation)
    {
        network.RequireGradient(true);
        network.Backbone.Freeze(stage.Layers == TrainedLayers.Heads ? int.MaxValue : settings.FrozenStages);
        using Optimiser optimiser = new(network, stage);
        if (optimiserState is not null && step > stageStart)
        {
            optimiser.Load(optimiserState);
        }

        Stopwatch watch = Stopwatch.StartNew();
        foreach (Batch batch in loader.Batches(step, stageEnd))
        {
            (float[] losses, double norm) = TakeStep(batch, optimiser, batch.Step - stageStart);
            step++;
            log.Add(step, stage.Name, stage.Rate * stage.RateFactor(batch.Step - stageStart), losses, norm, watch.Elapsed.TotalSeconds);
            watch.Restart();
            progress(step, $"{stage.Name}, loss {losses.Sum():0.000}");
            bool ends = step == stageEnd || cancellation.IsCancellationRequested;
            if (ends || step % settings.CheckpointEvery == 0)
            {
                log.Flush();
                Checkpoint.Write(Path.Combine(folder, CheckpointName), settings, step, network, average, optimiser.Save());
            }

            cancellation.ThrowIfCancellationRequested();
            if (step % settings.ValidateEvery == 0 || step == settings.Iterations)
            {
                LeafScoreSummary summary = Validate();
                log.Add(step, summary);
                log.Flush();
                scored(step, summary);
                watch.Restart();
            }
        }
    }

    private (float[] Losses, double GradientNorm) TakeStep(Batch batch, Optimiser optimiser, int iterationOfStage)
    {
        using DisposeScope scope = NewDisposeScope();
        long size = settings.Network.InputSize;
        Tensor pixels = stack([.. batch.Images.Select(image => tensor(image.Pixels, [size, size, 3]))]);
        Random samples = new(BatchLoader.HashCode(settings.Seed, long.MinValue + batch.Step));
        LeafLoss loss = LeafLoss.Of(network, pixels, batch.Truths, settings.Loss, samples);
        float[] losses = [.. loss.All.Select(value => value.item<float>())];
        RequireNumbers(batch.Step, losses);
        optimiser.ClearGradients();
        loss.Total.backward();
        double norm = optimiser.Step(iterationOfStage, settings.GradientClip);
        if (!double.IsFinite(norm))
        {
            throw new TrainingException($"Step {batch.Step}: the gradient is {norm}; a lower Rate or GradientClip helps.");
        }

        UpdateAverage(batch.Step);
        return (losses, norm);
    }

    private static void RequireNumbers(int step, float[] losses)
    {
        for (int i = 0; i < losses.Length; i++)
        {
            if (!float.IsFinite(losses[i]))
            {
                throw new TrainingException($"Step {step}: the loss {LeafLoss.Names[i]} is {losses[i]}; a lower Rate or a longer WarmUp helps.");
            }
        }
    }

    private void UpdateAverage(int batchStep)
    {
        using IDisposable noGradient = no_grad();
        // The first steps are far from where the run will be: the average forgets them sooner.
        double decay = Math.Min(settings.EmaDecay, (1.0 + batchStep) / (10.0 + batchStep));
        foreach ((Parameter averaged, Parameter current) in average.parameters().Zip(network.parameters()))
        {
            if (current.requires_grad)
            {
                averaged.lerp_(current, 1 - decay);
            }
        }
    }

    private LeafScoreSummary Validate()
    {
        IEnumerable<int> pictures = Enumerable.Range(0, Math.Min(settings.ValidationPictures, validation.Count));
        return LeafScoreSummary.Of([.. pictures.Select(i =>
        {
            LeafPicture picture = validation.Read(i);
            return Scoring.Score(NetworkLeaves.Find(average, picture.Image), picture.Labels);
        })]);
    }
}
