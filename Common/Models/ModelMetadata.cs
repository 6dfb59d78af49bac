using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Models;

/// <summary>
/// Everything a model file states about itself, kept in the ONNX file's <c>metadata_props</c> under keys that begin with
/// <c>leafseg.</c>; other keys are left alone.
/// </summary>
public sealed record ModelMetadata
{
    private const string ContractKey = "leafseg.contract";

    /// <summary>One input, a square of <see cref="InputSize"/>.</summary>
    private const string SquareInput = "2";

    /// <summary>Any input that <see cref="Inputs"/> allows.</summary>
    private const string FreeInput = "3";

    private const string MaskMarginKey = "leafseg.mask_margin";

    /// <summary>The contracts that this program reads.</summary>
    public static IReadOnlyList<string> KnownContracts { get; } = [SquareInput, FreeInput];

    /// <summary><c>leafseg.contract</c>: which one the file is written for.</summary>
    public string Contract => Inputs is null ? SquareInput : FreeInput;

    /// <summary><c>leafseg.name</c></summary>
    public required string Name { get; init; }

    /// <summary><c>leafseg.version</c>: semantic version, "1.0.0".</summary>
    public required string Version { get; init; }

    /// <summary><c>leafseg.input_size</c>: height and width of the square input, or of those in training where inputs are free, in pixels.</summary>
    public required int InputSize { get; init; }

    /// <summary>Which input a picture gets; null where it is always the square of <see cref="InputSize"/> (contract 2).</summary>
    public InputSizes? Inputs { get; init; }

    /// <summary><c>leafseg.classes</c>: names without the background, joined by commas; one class today, "leaf".</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary><c>leafseg.score_threshold</c>: lowest score that is reported as a leaf, 0..1.</summary>
    public required float ScoreThreshold { get; init; }

    /// <summary><c>leafseg.nms_iou</c>: two detections that overlap by more than this are one leaf, 0..1.</summary>
    public required float NmsIou { get; init; }

    /// <summary><c>leafseg.max_detections</c>: most leaves that one picture can give.</summary>
    public required int MaxDetections { get; init; }

    /// <summary><c>leafseg.mask_size</c>: cells along each side of a mask.</summary>
    public required int MaskSize { get; init; }

    /// <summary>
    /// <c>leafseg.mask_margin</c>: how far each mask and the box it lies in reach beyond the leaf's own box on each side, as a
    /// share of that box's side; left out where they do not.
    /// </summary>
    public float MaskMargin { get; init; }

    /// <summary><c>leafseg.training</c>: the training run's settings, a JSON object.</summary>
    public required string Training { get; init; }

    /// <summary><c>leafseg.scores</c>: a JSON object with the names of <see cref="ModelScores"/> in snake_case.</summary>
    public required ModelScores Scores { get; init; }

    /// <summary><c>leafseg.data_digest</c>: digest of the training data, "sha256:...", or a recipe that makes it again.</summary>
    public required string DataDigest { get; init; }

    /// <summary><c>leafseg.licence</c>: SPDX expression.</summary>
    public required string Licence { get; init; }

    /// <summary><c>leafseg.created</c>: when the file was exported, in UTC to the second.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary><c>leafseg.golden</c>: a JSON array with the names of <see cref="GoldenCase"/> in snake_case.</summary>
    public required IReadOnlyList<GoldenCase> GoldenCases { get; init; }

    /// <summary>How a picture is fitted into the model's input.</summary>
    public Letterbox LetterboxFor(int width, int height) => Inputs?.LetterboxFor(width, height) ?? Letterbox.Fit(width, height, InputSize);

    /// <summary>Key and value of every entry of <c>metadata_props</c>.</summary>
    public IReadOnlyDictionary<string, string> ToProperties()
    {
        SortedDictionary<string, string> properties = Required();
        if (MaskMargin > 0)
        {
            properties.Add(MaskMarginKey, MaskMargin.ToString("R", CultureInfo.InvariantCulture));
        }

        foreach ((string key, string value) in Inputs?.ToProperties() ?? [])
        {
            properties.Add(key, value);
        }

        return properties;
    }

    /// <summary>Reads back what <see cref="ToProperties"/> wrote.</summary>
    /// <param name="properties">All entries of <c>metadata_props</c>.</param>
    /// <param name="file">What to call the model in an error.</param>
    /// <exception cref="ModelFileException">Another contract version, a missing key, or a value that cannot be read.</exception>
    public static ModelMetadata Parse(IReadOnlyDictionary<string, string> properties, string file)
    {
        PropertyReader read = new(properties, file);
        string contract = read.Contract(ContractKey, KnownContracts);
        return new ModelMetadata
        {
            Name = read.Text("leafseg.name"),
            Version = read.Version("leafseg.version"),
            InputSize = read.Count("leafseg.input_size"),
            Inputs = contract == FreeInput ? InputSizes.Parse(read) : null,
            Classes = read.Text("leafseg.classes").Split(','),
            ScoreThreshold = read.Share("leafseg.score_threshold"),
            NmsIou = read.Share("leafseg.nms_iou"),
            MaxDetections = read.Count("leafseg.max_detections"),
            MaskSize = read.Count("leafseg.mask_size"),
            MaskMargin = properties.ContainsKey(MaskMarginKey) ? read.Share(MaskMarginKey) : 0,
            Training = read.JsonObject("leafseg.training"),
            Scores = read.Json("leafseg.scores", ModelJson.Default.ModelScores),
            DataDigest = read.Text("leafseg.data_digest"),
            Licence = read.Text("leafseg.licence"),
            Created = read.Time("leafseg.created"),
            GoldenCases = read.Json("leafseg.golden", ModelJson.Default.IReadOnlyListGoldenCase),
        };
    }

    private SortedDictionary<string, string> Required() => new(StringComparer.Ordinal)
    {
        [ContractKey] = Contract,
        ["leafseg.name"] = Name,
        ["leafseg.version"] = Version,
        ["leafseg.input_size"] = InputSize.ToString(CultureInfo.InvariantCulture),
        ["leafseg.classes"] = string.Join(',', Classes),
        ["leafseg.score_threshold"] = ScoreThreshold.ToString("R", CultureInfo.InvariantCulture),
        ["leafseg.nms_iou"] = NmsIou.ToString("R", CultureInfo.InvariantCulture),
        ["leafseg.max_detections"] = MaxDetections.ToString(CultureInfo.InvariantCulture),
        ["leafseg.mask_size"] = MaskSize.ToString(CultureInfo.InvariantCulture),
        ["leafseg.training"] = Training,
        ["leafseg.scores"] = JsonSerializer.Serialize(Scores, ModelJson.Default.ModelScores),
        ["leafseg.data_digest"] = DataDigest,
        ["leafseg.licence"] = Licence,
        ["leafseg.created"] = Created.UtcDateTime.ToString(PropertyReader.TimeFormat, CultureInfo.InvariantCulture),
        ["leafseg.golden"] = JsonSerializer.Serialize(GoldenCases, ModelJson.Default.IReadOnlyListGoldenCase),
    };
}
