using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.ModelTraining.Tests.Training;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(.05, .01, "better than")]
    [InlineData(-.05, .01, "worse than")]
    [InlineData(.01, .2, "not distinguishable from")]
    public void A_run_is_better_worse_or_not_to_be_told_apart(double shift, double spread, string word)
    {
        Random random = new(1);
        double[] before = [.. Enumerable.Range(0, 30).Select(_ => .4 + (.3 * random.NextDouble()))];
        double[] after = [.. before.Select(sbd => sbd + shift + (spread * (random.NextDouble() - .5)))];

        string said = Verdict.Of(before, after);

        Assert.Contains($"is {word} the one that the run began from", said, StringComparison.Ordinal);
        Assert.Contains("paired over 30 pictures", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_pictures_have_no_interval()
    {
        string said = Verdict.Of([.1, .2, .3, .4, .5], [.6, .7, .8, .9, 1]);

        Assert.Contains("not distinguishable from", said, StringComparison.Ordinal);
        Assert.Contains("(no interval: 5 pictures with leaves, at least 6 are needed)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_step_was_better_the_newest_network_is_compared()
    {
        double[] before = [.. Enumerable.Repeat(.5, 8)], worse = [.. Enumerable.Range(0, 8).Select(i => .4 + (i * .001))];
        RunState state = new() { Step = 40, ValidatedStep = 40, StartSbd = before, BestSbd = before, NewestSbd = worse, Best = new BestSoFar().After(.5, 0, 0) };

        Assert.StartsWith("No step made the network better, so the best is the one that the run began from. The newest, of step 40, is worse than", Verdict.Of(state), StringComparison.Ordinal);
        Assert.StartsWith("The best network, of step 30, is better than", Verdict.Of(state with { BestSbd = [.. worse.Select(sbd => sbd + .2)], Best = new BestSoFar().After(.6, 30, 0) }), StringComparison.Ordinal);
        Assert.Null(Verdict.Of(state with { StartSbd = [] }));
    }

    [Fact]
    public void The_time_left_knows_that_later_stages_are_slower_and_counts_validations()
    {
        TrainingSettings settings = TinyRun.Settings with
        {
            Stages = [TinyRun.Settings.Stages[0] with { Iterations = 10 }, TinyRun.Settings.Stages[1] with { Iterations = 100 }],
            ValidateEvery = 55,
        };
        FakeTimeProvider clock = new();
        TimeLeft time = new(settings, clock);
        Assert.Null(time.After(0));
        for (int step = 1; step <= 5; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(.55));
            time.Stepped(step);
        }

        Assert.Equal((5 * .55) + 100, time.After(5)!.Value.TotalSeconds, .01);

        clock.Advance(TimeSpan.FromSeconds(30));
        time.Validated();
        Assert.Equal((5 * .55) + 100 + 60, time.After(5)!.Value.TotalSeconds, .01);
    }

    [Fact]
    public void The_weights_that_come_with_the_program_are_found_by_name()
    {
        string file = PretrainedFiles.Find("efficientnet-lite0")!;

        Assert.Equal(file, PretrainedFiles.Find("efficientnet-lite0.safetensors"));
        Assert.Null(PretrainedFiles.Find("resnet50"));
        Assert.Equal("efficientnet-lite0", PretrainedFiles.Names);
        using WeightsFile weights = WeightsFile.Read(file);
        Assert.Equal(296, weights.Tensors.Count);
    }
}
