using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Models;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands.Improving;

/// <summary>What a round is to do, by the names of the options; kept with its state.</summary>
internal sealed record RoundSettings
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    /// <summary>The model in use.</summary>
    public string? Model { get; init; }

    /// <summary>The same in floating point, to begin from; null: it is that already.</summary>
    public string? Weights { get; init; }

    /// <summary>Folder of the pictures; null: "pictures" in the round's own.</summary>
    public string? Pictures { get; init; }

    public IReadOnlyList<string> Rig { get; init; } = [];

    public string? Rigs { get; init; }

    public string? TokenFile { get; init; }

    public string? Ca { get; init; }

    public int? Most { get; init; }

    public string? By { get; init; }

    /// <summary>Pictures to be accepted; null: all that there are.</summary>
    public int? Labels { get; init; }

    public string? Group { get; init; }

    /// <summary>Share of the pictures that the models are compared on, and nothing else.</summary>
    public double ApartShare { get; init; } = .3;

    public string Settings { get; init; } = "fine-tune";

    /// <summary>Labelled pictures of what the model in use was made for; null: it may lose anything there.</summary>
    public string? OwnSet { get; init; }

    public double AllowedDrop { get; init; } = .01;

    public string? Version { get; init; }

    /// <summary>False: floating point is released.</summary>
    public bool Float { get; init; }

    /// <summary>Null: nothing is released.</summary>
    public string? Repository { get; init; }

    public IReadOnlyList<string> Key { get; init; } = [];

    public string? PassphraseFile { get; init; }

    public int Percent { get; init; } = 20;

    public bool CollectsFromRigs => Rig.Count > 0 || Rigs is not null;

    public static RoundSettings Read(JsonObject settings) => settings.Deserialize<RoundSettings>(Json)!;

    /// <summary>The model that the round makes, one minor version above the one in use unless it is named.</summary>
    /// <exception cref="SettingsException">It cannot be said.</exception>
    public string NewVersion(ModelMetadata inUse)
    {
        if (Version is { } named)
        {
            return SemanticVersion.TryParse(named) is null ? throw new SettingsException($"--version is '{named}', expected a semantic version like 1.1.0.") : named;
        }

        string[] parts = inUse.Version.Split('.', '-', '+');
        return $"{parts[0]}.{int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) + 1}.0";
    }

    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    /// <exception cref="DatasetException">A file or folder is missing.</exception>
    public void Validate()
    {
        if (Model is null)
        {
            throw new SettingsException("--model is missing, expected the model in use (.onnx).");
        }

        foreach (string file in new[] { Model, Weights, Rigs, TokenFile, Ca, PassphraseFile }.Concat(Key).OfType<string>().Where(file => !File.Exists(file)))
        {
            throw new DatasetException($"{file}: no such file");
        }

        foreach (string folder in new[] { OwnSet, Repository, CollectsFromRigs ? null : Pictures }.OfType<string>().Where(folder => !Directory.Exists(folder)))
        {
            throw new DatasetException($"{folder}: no such folder");
        }

        if (!CollectsFromRigs && Pictures is null)
        {
            throw new SettingsException("Neither --rig, --rigs nor --pictures, expected rigs to collect pictures from, or a folder that has some.");
        }

        if (ApartShare is not (> 0 and < 1))
        {
            throw new SettingsException($"--apart-share is {ApartShare}, expected a share of the pictures between 0 and 1.");
        }

        if (Repository is not null && Key.Count == 0)
        {
            throw new SettingsException("--repository without --key, expected the keys that sign the release.");
        }
    }
}
