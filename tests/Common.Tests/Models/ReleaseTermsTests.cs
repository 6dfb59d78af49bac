using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Tests.Models;

public sealed class ReleaseTermsTests
{
    private const string Path = "leafseg/leafseg-1.2.0.onnx";

    private static readonly ReleaseTerms Terms = new()
    {
        Name = "leafseg",
        Version = "1.2.0",
        Contract = "1",
        Created = new DateTimeOffset(2026, 6, 1, 12, 30, 15, TimeSpan.Zero),
        Rigs = ["ghent/*", "*/r17"],
        RolloutPercent = 20,
        Scores = new ModelScores { Sbd = 0.7404, Dic = -0.25, AbsoluteDic = 1.99, FgBgDice = 0.922, Data = "rendered", Pictures = 200 },
    };

    [Fact]
    public void They_are_read_as_they_were_signed()
    {
        JsonObject custom = Terms.ToCustom();

        // No fraction in it, or it could not be signed.
        CanonicalJson.Encode(JsonSerializer.SerializeToElement(custom));
        Assert.Equivalent(Terms, ReleaseTerms.Read(Listed(custom)), strict: true);
    }

    [Theory]
    [InlineData("ghent", "r1", true)]
    [InlineData("leuven", "r17", true)]
    [InlineData("leuven", "r1", false)]
    [InlineData("ghent", "r1/x", false)]
    public void A_release_is_for_the_rigs_that_a_pattern_names(string site, string rig, bool expected) =>
        Assert.Equal(expected, Terms.IsFor(site, rig));

    [Theory]
    [InlineData("rollout_percent", "101")]
    [InlineData("rollout_percent", "-1")]
    [InlineData("rigs", "\"ghent/*\"")]
    [InlineData("created", "\"yesterday\"")]
    [InlineData("scores", "null")]
    [InlineData("scores", """{"sbd":"much","dic":"0","absolute_dic":"0","fg_bg_dice":"0","data":"","pictures":1}""")]
    public void What_is_wrong_is_named(string field, string value)
    {
        JsonObject custom = Terms.ToCustom();
        custom["leafseg"]![field] = JsonNode.Parse(value);

        TufException refused = Assert.Throws<TufException>(() => ReleaseTerms.Read(Listed(custom)));
        Assert.Equal(TufRefusal.Malformed, refused.Refusal);
        Assert.Contains($"custom.leafseg.{field}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_is_no_model_says_so() =>
        Assert.Contains(Path, Assert.Throws<TufException>(() => ReleaseTerms.Read(Listed(null))).Message, StringComparison.Ordinal);

    /// <summary>Calculated with Python: a change would hand every rollout that is under way to other rigs.</summary>
    [Theory]
    [InlineData("ghent", "r1", 26)]
    [InlineData("ghent", "r17", 68)]
    [InlineData("leuven", "r1", 76)]
    public void A_rigs_place_never_changes(string site, string rig, int place) => Assert.Equal(place, Rollout.PlaceOf(Path, site, rig));

    [Fact]
    public void The_share_of_the_rigs_is_what_was_asked_for_and_only_grows()
    {
        List<string> rigs = [.. Enumerable.Range(0, 2000).Select(number => $"r{number}")];
        HashSet<string> before = [];
        foreach (int percent in (int[])[0, 1, 20, 50, 99, 100])
        {
            HashSet<string> due = [.. rigs.Where(rig => (Terms with { RolloutPercent = percent }).IsDueAt(Path, "ghent", rig))];
            Assert.Superset(before, due);
            Assert.InRange(due.Count, (percent * 20) - 90, (percent * 20) + 90);
            before = due;
        }

        Assert.Equal(rigs.Count, before.Count);
    }

    private static TargetFile Listed(JsonObject? custom)
    {
        RepositoryDraft draft = new();
        draft.AddTarget("targets", Path, "model");
        draft.Signed["targets"]["targets"]![Path]!["custom"] = custom;
        draft.Publish("targets");
        return new TargetsMetadata("targets", draft.Files["2.targets.json"]).Targets[Path];
    }
}
