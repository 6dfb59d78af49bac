using LeafSeg.Common.Models;

namespace LeafSeg.Common.Tests.Models;

public sealed class SemanticVersionTests
{
    /// <summary>The example of section 11 of semver.org, and what follows from it.</summary>
    [Fact]
    public void Versions_are_ordered_by_precedence()
    {
        string[] rising =
        [
            "0.9.9", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
            "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "100000000000000000000.0.0",
        ];
        SemanticVersion[] versions = [.. rising.Select(text => SemanticVersion.TryParse(text)!)];

        for (int i = 0; i < versions.Length; i++)
        {
            for (int j = 0; j < versions.Length; j++)
            {
                Assert.True(Math.Sign(SemanticVersion.Precedence.Compare(versions[i], versions[j])) == i.CompareTo(j), $"{rising[i]} beside {rising[j]}");
            }
        }
    }

    [Fact]
    public void Build_metadata_does_not_count() =>
        Assert.Equal(0, SemanticVersion.Precedence.Compare(SemanticVersion.TryParse("1.0.0+a"), SemanticVersion.TryParse("1.0.0+b")));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("1.0.0.0")]
    [InlineData("v1.0.0")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-a..b")]
    [InlineData("1.0.0\n")]
    [InlineData(" 1.0.0")]
    [InlineData("1.0.-1")]
    [InlineData("\u0661.0.0")]
    public void What_is_no_semantic_version_is_not_read(string text) => Assert.Null(SemanticVersion.TryParse(text));
}
