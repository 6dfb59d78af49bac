using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Tests.Tuf;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("*", "model.onnx", true)]
    [InlineData("*", "leafseg/model.onnx", false)]
    [InlineData("leafseg/*/*.onnx", "leafseg/1.4.0/model.onnx", true)]
    [InlineData("leafseg/*/*.onnx", "leafseg/1.4.0/model.onnx.txt", false)]
    [InlineData("leafseg/*", "leafseg/ghent/model.onnx", false)]
    [InlineData("foo-?.tgz", "foo-1.tgz", true)]
    [InlineData("foo-?.tgz", "foo-10.tgz", false)]
    [InlineData("foo-?.tgz", "foo-\U0001F331.tgz", true)]
    [InlineData("*.md", "README.MD", false)]
    [InlineData("bin-[0-9a-f]", "bin-c", true)]
    [InlineData("bin-[0-9a-f]", "bin-g", false)]
    [InlineData("bin-[!0-9]", "bin-g", true)]
    [InlineData("bin-[!0-9]", "bin-4", false)]
    [InlineData("a[]]b", "a]b", true)]
    [InlineData("a[b", "a[b", true)]
    [InlineData("**a*", "bbab", true)]
    [InlineData("", "", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    public void Patterns_match_as_in_a_shell_and_never_a_slash(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new PathPattern(pattern).Matches(path));

    [Fact]
    public void A_pattern_of_many_stars_does_not_take_for_ever() =>
        Assert.False(new PathPattern($"{string.Concat(Enumerable.Repeat("*a", 200))}b").Matches(new string('a', 2000)));
}
