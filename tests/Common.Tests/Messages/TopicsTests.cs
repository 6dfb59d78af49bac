using CsCheck;
using LeafSeg.Common.Messages;

namespace LeafSeg.Common.Tests.Messages;

public sealed class TopicsTests
{
    [Fact]
    public void Topics_have_the_depth_that_consumers_parse_by()
    {
        Topics topics = new("ghent", "r17");
        Assert.Equal("leafseg/v1/ghent/r17/status", topics.Status);
        Assert.Equal("leafseg/v1/ghent/r17/info", topics.Info);
        Assert.Equal("leafseg/v1/ghent/r17/health", topics.Health);
        Assert.Equal("leafseg/v1/ghent/r17/capture", topics.Capture);
        Assert.Equal("leafseg/v1/ghent/r17/plant/a3", topics.Plant("a3"));
        Assert.Equal("leafseg/v1/ghent/r17/alarm/disk-low", topics.Alarm("disk-low"));
        Assert.Equal("leafseg/v1/ghent/r17/image/latest", topics.LatestImage);
        Assert.Equal("leafseg/v1/ghent/r17/image/0192f3b0-8f6e-7c41-9c0b-5d0f3a1c7e22", topics.Image(new Guid("0192f3b0-8f6e-7c41-9c0b-5d0f3a1c7e22")));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("0-a", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("Ghent", false)]
    [InlineData("gh_ent", false)]
    [InlineData("a/b", false)]
    [InlineData("+", false)]
    [InlineData("#", false)]
    [InlineData("a\n", false)]
    [InlineData("٣", false)]
    [InlineData(null, false)]
    public void Names_have_a_small_alphabet(string? name, bool valid) => Assert.Equal(valid, Topics.IsName(name));

    [Fact]
    public void Names_end_at_63()
    {
        Assert.True(Topics.IsName(new string('a', 63)));
        Assert.False(Topics.IsName(new string('a', 64)));
    }

    [Fact]
    public void No_name_ever_adds_a_level_or_a_wildcard() => Gen.String[0, 8].Sample(name =>
    {
        try
        {
            string topic = new Topics("ghent", "r17").Plant(name);
            return topic.Count(c => c == '/') == 5 && !topic.Contains('+', StringComparison.Ordinal) && !topic.Contains('#', StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return !Topics.IsName(name);
        }
    });

    [Fact]
    public void A_wrong_name_is_shown_with_what_was_expected()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Topics("ghent", "Rig 17"));
        Assert.Contains("\"Rig 17\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("a-z", error.Message, StringComparison.Ordinal);
    }
}
