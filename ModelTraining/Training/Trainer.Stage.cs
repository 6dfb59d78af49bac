using System.Diagnostics;
using System.Globalization;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Training;

/// <summary>One stage of a run: which layers are trained, by which optimiser, at which rate, until when.</summary>
internal sealed partial class Trainer
{
    private sealed class StageRun : IDisposable
    {
        private readonly Trainer trainer;
        private readonly StageSettings stage;
        private readonly int start;
        private readonly int end;
        private readonly RunRecord record;
        private readonly RunWatcher watcher;
        private readonly CancellationToken cancellation;
        private readonly bool begins;
        private Optimiser optimiser;

        /// <summary>Freezes the layers that the stage does not train, and makes its optimiser, or loads it where the run continues within the stage.</summary>
        public StageRun(Trainer trainer, StageSettings stage, int start, int end, RunRecord record, RunWatcher watcher, CancellationToken cancellation)
        {
            (this.trainer, this.stage, this.start, this.end, this.record, this.watcher, this.cancellation) = (trainer, stage, start, end, record, watcher, cancellation);
            trainer.network.RequireGradient(true);
            trainer.network.Backbone.Freeze(stage.Layers == TrainedLayers.Heads ? int.MaxValue : trainer.settings.FrozenStages);
            begins = State.Step == start;
            if (begins)
            {
                // Each stage watches for a plateau of its own.
                State = State with { Plateau = new BestSoFar(), ActionsTaken = 0 };
                Note(State.Step + 1, $"stage {stage.Name} begins: {stage.Layers} layers, {stage.Optimiser}, rate {stage.Rate.ToString("G3", CultureInfo.InvariantCulture)}, {stage.Schedule}, {stage.Iterations} steps");
            }

            optimiser = new Optimiser(trainer.network, stage.AfterActions(State.ActionsTaken));
        }

        private RunState State
        {
            get => trainer.state;
            set => trainer.state = value;
        }

        /// <returns>False when the run ends early.</returns>
        public bool Take(BatchLoader loader)
        {
            if (!begins)
            {
                optimiser.Load(trainer.optimiserState!);
            }

            if (trainer.ScoresStart && State.Step == 0 && State.StartSbd.Count == 0)
            {
                ScoreStart();
            }

            TrainingStep step = new(trainer.network, trainer.average, trainer.settings);
            using IEnumerator<Batch> batches = loader.Batches(State.Step, end).GetEnumerator();

            // A run that was interrupted before the validation that was due begins with it.
            if (!begins && trainer.IsValidated(State.Step) && State.ValidatedStep < State.Step && !ValidateAndGoOn())
            {
                return false;
            }

            Stopwatch watch = Stopwatch.StartNew();
            while (batches.MoveNext())
            {
                Take(step, batches.Current, watch, waited: watch.Elapsed.TotalSeconds);
                if (trainer.IsValidated(State.Step) && !cancellation.IsCancellationRequested && !ValidateAndGoOn())
                {
                    return false;
                }

                if (State.Step == end || State.Step % trainer.settings.CheckpointEvery == 0 || cancellation.IsCancellationRequested)
                {
                    Save(CheckpointName);
                }

                cancellation.ThrowIfCancellationRequested();
                watch.Restart();
            }

            return true;
        }

        public void Dispose() => optimiser.Dispose();

        /// <param name="step">Takes the step.</param>
        /// <param name="batch">Its pictures.</param>
        /// <param name="watch">Runs since the step before was done.</param>
        /// <param name="waited">Seconds of that for the batch.</param>
        private void Take(TrainingStep step, Batch batch, Stopwatch watch, double waited)
        {
            StageSettings now = stage.AfterActions(State.ActionsTaken);
            double rate = now.Rate * now.RateFactor(batch.Step - start);
            TrainingStep.Outcome outcome = step.Take(batch, optimiser, stage.Name, rate);
            State = State with { Step = State.Step + 1 };
            record.Add(new StepRecord(State.Step, stage.Name, rate, outcome.Losses, outcome.GradientNorm, watch.Elapsed.TotalSeconds, waited));
            watcher.Stepped(State.Step, $"{stage.Name}, loss {outcome.Losses.Sum().ToString("0.000", CultureInfo.InvariantCulture)}");
        }

        private void ScoreStart()
        {
            trainer.average.TakeStatistics(trainer.network);
            Validation.Result result = trainer.validation.Run(cancellation);
            State = State with { Best = State.Best.After(result.Scores.Sbd, 0, 0), StartSbd = result.SbdOfEach, BestSbd = result.SbdOfEach };
            record.Add(0, result);
            watcher.Scored(0, result.Scores);
            Save(BestName);
        }

        private bool ValidateAndGoOn()
        {
            Validation.Result result = Validate();
            OptimiserKind before = stage.AfterActions(State.ActionsTaken).Optimiser;
            (State, PlateauAction? due) = State.AfterValidation(result.Scores.Sbd, result.Losses.Sum(), stage, trainer.settings.EarlyStop);
            State = State with { NewestSbd = State.StartSbd.Count > 0 ? result.SbdOfEach : [] };
            record.Add(State.Step, result);
            watcher.Scored(State.Step, result.Scores);
            if (due is not null)
            {
                Act(due, before);
            }

            bool stops = State.StopsEarly(trainer.settings.EarlyStop);
            if (stops)
            {
                Note(State.Step, string.Create(
                    CultureInfo.InvariantCulture,
                    $"stopped early: SBD has not risen by more than {trainer.settings.EarlyStop!.MinDelta} for {trainer.settings.EarlyStop.Patience} validations; best {State.Best.Best:F3} at step {State.Best.BestStep}"));
            }

            if (State.Best.BestStep == State.Step)
            {
                State = State with { BestSbd = result.SbdOfEach };
                Save(BestName);
            }

            if (stops)
            {
                Save(CheckpointName);
            }

            record.WriteReport(trainer.State);
            return !stops;
        }

        /// <summary>Scores the validation pictures; a run that is interrupted meanwhile keeps its steps.</summary>
        private Validation.Result Validate()
        {
            trainer.average.TakeStatistics(trainer.network);
            try
            {
                return trainer.validation.Run(cancellation);
            }
            catch (OperationCanceledException)
            {
                Save(CheckpointName);
                throw;
            }
        }

        /// <summary>What the settings request on a plateau: another rate (<see cref="StageSettings.AfterActions"/>), and perhaps another optimiser.</summary>
        private void Act(PlateauAction due, OptimiserKind before)
        {
            Note(State.Step, $"plateau: {stage.Plateau!.Watch} has not got better for {due.Patience} validations; from here on {due}");
            if (stage.AfterActions(State.ActionsTaken) is var after && after.Optimiser != before)
            {
                optimiser.Dispose();
                optimiser = new Optimiser(trainer.network, after);
            }
        }

        private void Save(string name) => trainer.Save(name, optimiser, record);

        private void Note(int step, string what)
        {
            record.Note(step, what);
            watcher.Noted(step, what);
        }
    }
}
