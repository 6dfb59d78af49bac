using System.Globalization;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Labelling.Page;
using LeafSeg.ModelTraining.Releasing;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>The steps of a round, each a command of this program on what the ones before it made.</summary>
internal static class RoundPlan
{
    /// <param name="folder">The round's own.</param>
    /// <param name="settings">What it is to do.</param>
    /// <param name="inUse">The model in use.</param>
    public static IReadOnlyList<RoundStep> Of(string folder, RoundSettings settings, ModelMetadata inUse)
    {
        string pictures = settings.Pictures ?? At("pictures"), split = At("split"), data = At("data"), run = At("run");
        string train = Path.Combine(data, PreparedFolder.Train), validation = Path.Combine(data, PreparedFolder.Validation), apart = Path.Combine(split, PreparedFolder.Validation);
        string model = settings.Model!, version = settings.NewVersion(inUse);
        string exported = At($"{inUse.Name}-{version}-float32.onnx"), made = settings.Float ? exported : At($"{inUse.Name}-{version}.onnx");
        List<RoundStep> steps = [];
        if (settings.CollectsFromRigs)
        {
            steps.Add(new RoundStep("collect",
            [
                "collect", "--out", pictures, .. Given("--rigs", settings.Rigs), .. Given("--token-file", settings.TokenFile), .. Given("--ca", settings.Ca),
                .. Given("--most", settings.Most), .. settings.Rig,
            ])
            {
                // A rig that is away is no reason to wait for it.
                Tolerated = ExitCode.BadFile,
            });
        }

        steps.Add(new RoundStep("label", ["label", "--model", model, .. Given("--by", settings.By), .. Given("--until", settings.Labels), pictures])
        {
            IsThere = () => StillToAccept(pictures, settings.Labels) is null,
            Missing = () => StillToAccept(pictures, settings.Labels),
        });
        steps.Add(new RoundStep("prepare",
        [
            "prepare", "--accepted", "--data", pictures, "--validation-share", Text(settings.ApartShare), .. Given("--group", settings.Group), "--replace", "--out", split,
        ]));
        steps.Add(new RoundStep("divide", ["prepare", "--data", Path.Combine(split, PreparedFolder.Train), .. Given("--group", settings.Group), "--replace", "--out", data]));
        string[] onTheSame = ["train", "--data", train, "--validation", validation, "--out", run];
        steps.Add(new RoundStep("train", [.. onTheSame, "--weights", settings.Weights ?? model, "--settings", settings.Settings])
        {
            Clear = () => Remove(run),
            Resume = () => File.Exists(Path.Combine(run, Trainer.CheckpointName)) ? [.. onTheSame, "--resume"] : null,
        });
        steps.Add(new RoundStep("export",
            "export", "--checkpoint", Path.Combine(run, Trainer.BestName), "--data", train, "--validation", validation, "--name", inUse.Name, "--version", version,
            "--licence", inUse.Licence, "--force", "--out", exported));
        if (!settings.Float)
        {
            steps.Add(new RoundStep("quantise", "quantise", "--model", exported, "--data", train, "--validation", validation, "--force", "--out", made));
        }

        // The very file that is released, as a rig runs it.
        steps.Add(new RoundStep("compare", "evaluate", "--model", made, "--data", apart, "--against", model, "--require-better", "--json", At("compare.json")));
        if (settings.OwnSet is { } own)
        {
            steps.Add(new RoundStep("own-set", "evaluate", "--model", made, "--data", own, "--against", model, "--allowed-drop", Text(settings.AllowedDrop), "--json", At("own-set.json")));
        }

        if (settings.Repository is { } repository)
        {
            steps.Add(new RoundStep("release",
            [
                "release", "publish", repository, made, "--percent", Text(settings.Percent), .. settings.Key.SelectMany(key => Given("--key", key)),
                .. Given("--passphrase-file", settings.PassphraseFile),
            ])
            {
                IsThere = () => IsReleased(repository, made, inUse.Name, version),
            });
        }

        return steps;

        string At(string name) => Path.Combine(folder, name);
    }

    private static string[] Given(string option, object? value) => value is null ? [] : [option, Text(value)];

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string? StillToAccept(string pictures, int? wanted)
    {
        LabellingFolder folder = LabellingFolder.Open(pictures);
        int enough = wanted ?? folder.Pictures.Count;
        return folder.Accepted >= enough ? null : $"{folder.Accepted} of {enough} pictures are accepted";
    }

    private static bool IsReleased(string repository, string model, string name, string version)
    {
        using ReleaseFolder folder = ReleaseFolder.Open(repository);
        try
        {
            TargetFile target = new ModelReleases(folder, new Staging(folder, TimeProvider.System)).Find(version, name, RoleName.Targets);
            using FileStream file = File.OpenRead(model);
            return target.IsAsync(file, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ReleaseException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
