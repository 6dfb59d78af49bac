using System.CommandLine;
using LeafSeg.Common.CommandLine;

namespace LeafSeg.Common.Tests.CommandLine;

public sealed class StrictNumbersTests
{
    [Theory]
    [InlineData("0.21", true)]
    [InlineData("-1e-3", true)]
    [InlineData("0,21", false)]
    [InlineData("1,200.5", false)]
    [InlineData("1 200", false)]
    [InlineData(" 3", false)]
    public void A_number_has_a_decimal_point_and_no_separators(string text, bool accepted)
    {
        Option<double?> scale = new("--mm-per-px");
        Command below = new("predict") { scale };
        RootCommand root = new() { below };
        StrictNumbers.Require(root);

        ParseResult parsed = root.Parse(["predict", "--mm-per-px", text]);

        Assert.Equal(accepted, parsed.Errors.Count == 0);
        if (text == "0,21")
        {
            Assert.Equal("--mm-per-px is '0,21', expected a number with a decimal point and no separators of thousands, as in 0.21; is 0.21 meant?", Assert.Single(parsed.Errors).Message);
        }
    }

    [Theory]
    [InlineData("1200", true)]
    [InlineData("1,200", false)]
    [InlineData("12.5", false)]
    [InlineData("many", false)]
    public void A_whole_number_has_no_separators(string text, bool accepted)
    {
        Argument<int[]> counts = new("count");
        RootCommand root = new() { counts };
        StrictNumbers.Require(root);

        Assert.Equal(accepted, root.Parse([text]).Errors.Count == 0);
    }
}
