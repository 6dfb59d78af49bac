namespace LeafSeg.Common.Models;

/// <summary>Everything a model file says about itself, kept in the ONNX file's <c>metadata_props</c>.</summary>
public sealed record ModelMetadata
{
    /// <summary>The contract this program writes and reads.</summary>
    public const string CurrentContract = "1";

    public string Contract { get; init; } = CurrentContract;

    /// <summary>The model's name, in the alphabet of MQTT names.</summary>
    public required string Name { get; init; }

    /// <summary>Semantic version: "1.0.0".</summary>
    public required string Version { get; init; }

    /// <summary>Height and width of the square input, in pixels.</summary>
    public required int InputSize { get; init; }

    /// <summary>Names of the classes without the background; one class today: "leaf".</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Lowest score that is reported as a leaf.</summary>
    public required float ScoreThreshold { get; init; }

    /// <summary>Two detections that overlap by more than this IoU are one leaf.</summary>
    public required float NmsIou { get; init; }

    /// <summary>Most leaves that one picture can give.</summary>
    public required int MaxDetections { get; init; }

    /// <summary>Cells along each side of a mask.</summary>
    public required int MaskSize { get; init; }

    /// <summary>The training run's settings, as a JSON object.</summary>
    public required string Training { get; init; }

    public required ModelScores Scores { get; init; }

    /// <summary>Digest of the training data: "sha256:..." or a recipe that makes it again.</summary>
    public required string DataDigest { get; init; }

    /// <summary>SPDX expression of the licence.</summary>
    public required string Licence { get; init; }

    /// <summary>When the file was exported; always written in UTC, to the second.</summary>
    public required DateTimeOffset Created { get; init; }

    public required IReadOnlyList<GoldenCase> GoldenCases { get; init; }

    /// <summary>Key and value of every entry of <c>metadata_props</c>.</summary>
    public IReadOnlyDictionary<string, string> ToProperties() => throw new NotImplementedException();

    /// <exception cref="ModelFileException">A key is missing or its value cannot be read.</exception>
    public static ModelMetadata Parse(IReadOnlyDictionary<string, string> properties) => throw new NotImplementedException();
}
