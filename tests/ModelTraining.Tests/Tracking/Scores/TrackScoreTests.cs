using System.Text.Json;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.ModelTraining.Tests.Tracking.Scores;

/// <summary>TrackEval's own figures on 16 time lapses, and on all of them together; trackeval_cases.py made the file.</summary>
public sealed class TrackScoreTests
{
    private const double Tolerance = 1e-6;

    private static readonly Case[] Cases = [.. Root.GetProperty("cases").EnumerateArray().Select(Case.Read)];

    private static JsonElement Root => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tracking", "Scores", "tracking_cases.json"))).RootElement;

    public static TheoryData<string> Names => [.. Cases.Select(given => given.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryFigureIsTrackEvals(string name)
    {
        Case given = Cases.Single(given => given.Name == name);

        Same(given.Expected, HotaScore.Of(given.Frames), ClearScore.Of(given.Frames), IdentityScore.Of(given.Frames));
    }

    [Fact]
    public void SeveralTimeLapsesAreCombinedAsTrackEvalDoes() => Same(
        Root.GetProperty("all"),
        HotaScore.Combine([.. Cases.Select(given => HotaScore.Of(given.Frames))]),
        ClearScore.Combine([.. Cases.Select(given => ClearScore.Of(given.Frames))]),
        IdentityScore.Combine([.. Cases.Select(given => IdentityScore.Of(given.Frames))]));

    [Fact]
    public void EachStepOfALeafThatKeepsItsIdentityIsARightOne()
    {
        TrackFrame As(int identity) => new([1], [identity], new double[,] { { .9 } });

        ClearScore score = ClearScore.Of([As(7), As(7), As(8), As(8), As(8)]);

        Assert.Equal((4, 1, .75), (score.Steps, score.IdentitySwitches, score.RightStep));
    }

    private static void Same(JsonElement expected, HotaScore hota, ClearScore clear, IdentityScore identity)
    {
        Assert.Equal(expected.GetProperty("hota").GetDouble(), hota.Hota, Tolerance);
        Assert.Equal(expected.GetProperty("det_a").GetDouble(), hota.DetA, Tolerance);
        Assert.Equal(expected.GetProperty("ass_a").GetDouble(), hota.AssA, Tolerance);
        Assert.Equal(expected.GetProperty("mota").GetDouble(), clear.Mota, Tolerance);
        Assert.Equal(expected.GetProperty("identity_switches").GetInt32(), clear.IdentitySwitches);
        Assert.Equal(expected.GetProperty("idf1").GetDouble(), identity.Idf1, Tolerance);
    }

    private sealed record Case(string Name, JsonElement Expected, IReadOnlyList<TrackFrame> Frames)
    {
        public static Case Read(JsonElement json) => new(
            json.GetProperty("name").GetString()!,
            json.GetProperty("expected"),
            [.. json.GetProperty("frames").EnumerateArray().Select(Frame)]);

        private static TrackFrame Frame(JsonElement frame)
        {
            int[] truth = Identities(frame, "truth"), predicted = Identities(frame, "predicted");
            double[,] similarity = new double[truth.Length, predicted.Length];
            for (int i = 0; i < truth.Length; i++)
            {
                for (int j = 0; j < predicted.Length; j++)
                {
                    similarity[i, j] = frame.GetProperty("similarity")[i][j].GetDouble();
                }
            }

            return new TrackFrame(truth, predicted, similarity);
        }

        private static int[] Identities(JsonElement frame, string key) => [.. frame.GetProperty(key).EnumerateArray().Select(identity => identity.GetInt32())];
    }
}
