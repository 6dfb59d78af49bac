using System.CommandLine;
using System.Globalization;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Metrics;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Training.Reporting;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train train: trains a network, or continues with a run.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Option<string> data = new("--data", "-d") { Description = "Labelled pictures to train on, in any layout that prepare reads", Required = true };
        Option<string> validation = new("--validation") { Description = "Folder of the same kind to score on; never trained on", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder of the run: checkpoints, curves, report.html", Required = true };
        Option<string?> settings = new("--settings") { Description = $"JSON file of settings, or the name of one that comes with this program: {ReadySettings.Names}; {ReadySettings.Default} if none is named" };
        Option<string?> weights = new("--weights")
        {
            Description = $"Pretrained weights (.pth, .safetensors, .h5, or a model, .onnx): a path, a URL with --sha256, or the name of those that come with this program ({PretrainedFiles.Names}); or 'none' for random ones",
        };
        WeightsOptions weightsOptions = new();
        Option<string?> from = new("--from") { Description = "Start a new run from the network in this checkpoint instead of --weights" };
        Option<bool> resume = new("--resume") { Description = "Go on from the checkpoint in --out; settings and weights come from there" };
        Command command = new("train",
            """
            Trains Mask R-CNN in stages. In the run's folder: checkpoint.safetensors (the newest state), best.safetensors
            (where the validation pictures' SBD was highest), report.html (written at every validation), losses.csv, scores.csv,
            notes.csv, and event files for TensorBoard. A run from a whole model is scored before its first step, and its last line says
            whether the best network is better than that one, worse, or not distinguishable.

            Examples:
              leafseg-train train --data data/train --validation data/validation --weights efficientnet-lite0 --out runs/1
              leafseg-train train --data data/train --validation data/validation --out runs/1 --resume
              leafseg-train train --data data/mine --validation data/validation --weights deploy/models/float32/leafseg-0.7.0.onnx --settings fine-tune --out runs/2
              leafseg-train train --data data/mine --validation data/validation --from runs/1/checkpoint.safetensors --settings fine.json --out runs/3

            Exit codes: 0 done, 1 the losses are no numbers any more, 2 a setting cannot be used, 3 a file or folder cannot be
            used, 4 disk full, 130 interrupted (a checkpoint is written; go on with --resume).
            """)
        {
            data, validation, output, settings, weights, weightsOptions.Sha256, weightsOptions.Cache, weightsOptions.BackboneOnly, from, resume,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(data)!, arguments.GetValue(validation)!, arguments.GetValue(output)!,
                dataOptions.Rules(arguments), arguments.GetValue(settings),
                arguments.GetValue(weights) is { } source ? weightsOptions.Choice(source, arguments) : null,
                arguments.GetValue(from), arguments.GetValue(resume), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(
        string data, string validation, string output, ReadingRules rules, string? settingsFile, WeightsChoice? weights, string? from, bool resume,
        CancellationToken cancellation)
    {
        LabelledPictures pictures = LabelledPictures.Open(data, rules);
        LabelledPictures unseen = LabelledPictures.Open(validation, rules);
        pictures.RequireWhole(cancellation);
        unseen.RequireWhole(cancellation);
        PictureOverlap.Refuse(pictures, unseen, cancellation);
        string checkpoint = Path.Combine(output, Trainer.CheckpointName);
        if (resume)
        {
            RequireRun(checkpoint, settingsFile ?? weights?.ToString() ?? from);
        }

        using Trainer trainer = resume
            ? new Trainer(Checkpoint.Read(checkpoint), pictures, unseen, output)
            : Begin(pictures, unseen, output, settingsFile, weights, from, cancellation);
        TrainingSettings settings = trainer.Settings;
        Console.WriteLine(
            $"{settings.Network.Backbone}, {settings.Network.InputSize} px, {pictures.Count} pictures to train on, "
            + $"{unseen.Count} to score on, step {trainer.Step} of {settings.Iterations}");
        if (settings.Precision == BackbonePrecision.BFloat16 && BFloat16.IsNative == false)
        {
            Console.WriteLine("Precision is BFloat16, but this processor has neither AVX512-BF16 nor AMX: Float32 is faster here.");
        }

        ProgressLine progress = ProgressLine.OnStandardError("steps", settings.Iterations, trainer.Step);
        TimeLeft time = new(settings, TimeProvider.System);
        RunWatcher watcher = new()
        {
            Stepped = (step, note) =>
            {
                time.Stepped(step);
                progress.Advance(note, time.After(step));
            },
            Scored = (step, scores) =>
            {
                time.Validated();
                Say(progress, Line(step, scores));
            },
            Noted = (step, what) => Say(progress, string.Create(CultureInfo.InvariantCulture, $"step {step}: {what}")),
        };
        bool toTheEnd;
        try
        {
            toTheEnd = trainer.Run(watcher, cancellation);
        }
        catch (OperationCanceledException)
        {
            progress.End();
            Console.Error.WriteLine(File.Exists(checkpoint)
                ? $"Interrupted at step {trainer.Step}; {checkpoint} is written. Go on with --resume."
                : "Interrupted before the first step; start again.");
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (FileFault.IsDiskFull(e))
        {
            progress.End();
            Console.Error.WriteLine(
                $"The disk is full at step {trainer.Step} ({e.Message}). {WhatIsLeft(checkpoint)} Free some space and "
                + $"{(File.Exists(checkpoint) ? "go on with --resume." : "start again.")}");
            return ExitCode.DiskFull;
        }

        progress.End();
        FindingsReport.Print([.. pictures.Seen, .. unseen.Seen]);
        string bestFile = Path.Combine(output, Trainer.BestName);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(toTheEnd ? "Trained" : "Stopped early")} at step {trainer.Step}. Best: SBD {trainer.State.Best.Best:0.000} at step {trainer.State.Best.BestStep}, {bestFile}. How it went: {Path.Combine(output, TrainingReport.FileName)}"));
        Console.WriteLine($"Export with: leafseg-train export --checkpoint {bestFile} --data {data} --validation {validation} --out leafseg.onnx");
        if (Verdict.Of(trainer.State) is string verdict)
        {
            Console.WriteLine(verdict);
        }

        return ExitCode.Done;
    }

    private static void RequireRun(string checkpoint, string? other)
    {
        if (other is not null)
        {
            throw new SettingsException($"--resume and {other}, expected --resume alone: settings and weights of the run are in {checkpoint}.");
        }

        if (!File.Exists(checkpoint))
        {
            throw new DatasetException($"{checkpoint}: no such file; the run has not come to its first checkpoint, start it again without --resume");
        }
    }

    private static Trainer Begin(
        LabelledPictures pictures, LabelledPictures unseen, string output, string? settingsFile, WeightsChoice? weights, string? from,
        CancellationToken cancellation)
    {
        TrainingSettings settings = ReadySettings.Read(settingsFile ?? ReadySettings.Default);
        settings.Validate();
        if (weights is null == from is null)
        {
            throw new SettingsException(
                $"{(weights is null ? "Neither" : "Both")} --weights and --from, expected one of them: a file of pretrained "
                + "weights ('none' starts from random ones), or another run's checkpoint.");
        }

        RunFolder.RequireFree(output);
        string? weightsFile = weights?.Fetch(cancellation);
        bool findsLeaves = false;
        Trainer trainer = new(settings, pictures, unseen, output, network =>
        {
            if (from is not null)
            {
                IReadOnlyList<string> initialised = Checkpoint.LoadInto(network, from);
                findsLeaves = initialised.Count == 0;
                Console.WriteLine($"{from}: {network.state_dict().Count - initialised.Count} tensors taken, {initialised.Count} newly initialised{(initialised.Count > 0 ? $" ({string.Join(", ", initialised)})" : "")}");
            }
            else if (weightsFile is not null)
            {
                using WeightsFile file = WeightsFile.Read(weightsFile);
                WeightsReport report = weights!.Load(network, file);
                report.WriteSummary(Console.Out);
                findsLeaves = report.Missing.Count == 0;
            }
        });
        trainer.ScoresStart = findsLeaves;
        Directory.CreateDirectory(output);
        RunFolder.WriteSettings(output, settings);
        return trainer;
    }

    private static string WhatIsLeft(string checkpoint) =>
        File.Exists(checkpoint) ? $"{checkpoint} of an earlier step is whole." : "No checkpoint was written yet.";

    private static void Say(ProgressLine progress, string line)
    {
        progress.Clear();
        Console.WriteLine(line);
    }

    private static string Line(int step, LeafScoreSummary s) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {step}: SBD {s.Sbd:0.000}, |DiC| {s.AbsoluteDic:0.00}, DiC {s.Dic:+0.00;-0.00}, FBD {s.FgBgDice:0.000} on {s.Pictures} pictures");
}
