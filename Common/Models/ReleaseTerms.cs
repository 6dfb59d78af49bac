using System.Globalization;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Models;

/// <summary>
/// What a publisher states about a model and signs with it: <c>custom.leafseg</c> of the target. Fractions stand in texts, since
/// canonical JSON has none.
/// </summary>
public sealed record ReleaseTerms
{
    private const string Key = "leafseg";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string Decimals = "0.####";

    /// <summary>The model's name, as in its file.</summary>
    public required string Name { get; init; }

    /// <summary>The model's semantic version, as in its file.</summary>
    public required string Version { get; init; }

    /// <summary>The contract that the file is written for: a rig that does not know it need not fetch the file.</summary>
    public required string Contract { get; init; }

    /// <summary>The model's scores at its release.</summary>
    public required ModelScores Scores { get; init; }

    /// <summary>When the model was exported, in UTC to the second.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>For which rigs: patterns of <c>site/rig</c> as in <see cref="PathPattern"/>. <c>*/*</c> is everyone.</summary>
    public required IReadOnlyList<string> Rigs { get; init; }

    /// <summary>The share of those rigs that may take it now, 0 to 100.</summary>
    public required int RolloutPercent { get; init; }

    /// <summary>Whether the release is meant for a rig at all, whatever the share.</summary>
    public bool IsFor(string site, string rig) => Rigs.Any(pattern => new PathPattern(pattern).Matches($"{site}/{rig}"));

    /// <summary>
    /// Whether a rig belongs to the share that may take the release now. The same rigs belong to 20 % as to any more, and
    /// other ones come first with each release.
    /// </summary>
    /// <param name="targetPath">The path that the release is listed under.</param>
    /// <param name="site">The rig's site.</param>
    /// <param name="rig">The rig's name there.</param>
    public bool IsDueAt(string targetPath, string site, string rig) => Rollout.PlaceOf(targetPath, site, rig) < RolloutPercent;

    /// <summary>What <see cref="Read"/> reads: the target's <c>custom</c>.</summary>
    public JsonObject ToCustom() => new()
    {
        [Key] = new JsonObject
        {
            ["name"] = Name,
            ["version"] = Version,
            ["contract"] = Contract,
            ["created"] = Created.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            ["rigs"] = new JsonArray([.. Rigs.Select(pattern => JsonValue.Create(pattern))]),
            ["rollout_percent"] = RolloutPercent,
            ["scores"] = new JsonObject
            {
                ["sbd"] = Text(Scores.Sbd),
                ["dic"] = Text(Scores.Dic),
                ["absolute_dic"] = Text(Scores.AbsoluteDic),
                ["fg_bg_dice"] = Text(Scores.FgBgDice),
                ["data"] = Scores.Data,
                ["pictures"] = Scores.Pictures,
            },
        },
    };

    /// <exception cref="TufException"><see cref="TufRefusal.Malformed"/>: the target is no released model, or something of it is wrong.</exception>
    public static ReleaseTerms Read(TargetFile target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Custom is not { } custom)
        {
            throw new TufException(TufRefusal.Malformed, $"{target.Path}: found no custom; expected custom.{Key}, as leafseg-train release writes it");
        }

        JsonFields fields = new JsonFields(custom, $"{target.Path}: custom").Object(Key);
        JsonFields scores = fields.Object("scores");
        return new ReleaseTerms
        {
            Name = fields.Text("name"),
            Version = fields.Text("version"),
            Contract = fields.Text("contract"),
            Created = Time(fields, "created"),
            Rigs = fields.Texts("rigs"),
            RolloutPercent = Whole(fields, "rollout_percent", most: 100),
            Scores = new ModelScores
            {
                Sbd = Number(scores, "sbd"),
                Dic = Number(scores, "dic"),
                AbsoluteDic = Number(scores, "absolute_dic"),
                FgBgDice = Number(scores, "fg_bg_dice"),
                Data = scores.Text("data"),
                Pictures = Whole(scores, "pictures", most: int.MaxValue),
            },
        };
    }

    private static string Text(double number) => number.ToString(Decimals, CultureInfo.InvariantCulture);

    private static int Whole(JsonFields fields, string field, int most)
    {
        long number = fields.Whole(field, least: 0);
        return number <= most
            ? (int)number
            : throw fields.Wrong(field, number.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"0 to {most}"));
    }

    private static double Number(JsonFields fields, string field)
    {
        string text = fields.Text(field);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw fields.Wrong(field, $"\"{text}\"", "a number, as a text");
    }

    private static DateTimeOffset Time(JsonFields fields, string field)
    {
        string text = fields.Text(field);
        return DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw fields.Wrong(field, $"\"{text}\"", "YYYY-MM-DDTHH:MM:SSZ");
    }
}
