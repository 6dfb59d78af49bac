using CsCheck;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Preparation;

namespace LeafSeg.ModelTraining.Tests.Preparation;

public sealed class SplitTests
{
    private static readonly Gen<string[]> Pictures = Gen.Int[0, 40].Select(group => $"plant{group}").Array[2, 200];

    [Fact]
    public void A_fifth_is_kept_as_nearly_as_whole_groups_allow() => Pictures.Select(Gen.Int[1, 99]).Sample((groups, seed) =>
    {
        HashSet<string> validation = Split.Validation(groups, .2, seed);
        int[] sizes = [.. groups.GroupBy(group => group).Select(group => group.Count())];
        int kept = groups.Count(validation.Contains);

        // One group more or less would not be nearer by more than the largest group.
        Assert.InRange(kept, sizes.Length > 1 ? 1 : 0, (groups.Length * .2) + sizes.Max());
        Assert.True(validation.Count < sizes.Length);
    });

    [Fact]
    public void The_split_depends_on_the_seed_and_not_on_the_order_of_the_pictures() => Pictures.Select(Gen.Int[1, 99]).Sample((groups, seed) =>
    {
        HashSet<string> validation = Split.Validation(groups, .2, seed);

        Assert.Equal(validation.Order(), Split.Validation(groups.Reverse(), .2, seed).Order());
    });

    [Fact]
    public void Another_seed_gives_another_split_of_the_same_size()
    {
        string[] groups = [.. Enumerable.Range(0, 100).Select(i => $"plant{i}")];

        Assert.Equal(20, Split.Validation(groups, .2, 1).Count);
        Assert.NotEqual(Split.Validation(groups, .2, 1).Order(), Split.Validation(groups, .2, 2).Order());
    }

    [Fact]
    public void Pictures_that_are_added_move_few_of_the_others()
    {
        string[] groups = [.. Enumerable.Range(0, 100).Select(i => $"plant{i}")];

        HashSet<string> before = Split.Validation(groups, .2, 1);
        HashSet<string> after = Split.Validation(groups.Append("plant100"), .2, 1);

        Assert.InRange(before.Except(after).Count(), 0, 1);
    }

    [Fact]
    public void Of_two_plants_one_is_kept_for_validation_and_a_single_one_is_not() => Assert.Equal(
        (1, 0), (Split.Validation(["a", "a", "a", "b", "b"], .2, 1).Count, Split.Validation(["a", "a"], .2, 1).Count));

    [Theory]
    [InlineData("plant00017", "plant00017")]
    [InlineData("A1/plant001", "A1/plant001")]
    [InlineData("img_0001", "img_0001")]
    [InlineData("pot3_frame012", "pot3")]
    [InlineData("pot3-day7", "pot3")]
    [InlineData("pot3_t003", "pot3")]
    [InlineData("plant7_frame0003_left", "plant7_left")]
    [InlineData("10.9.1.241_pos-165-003-020_2019-10-22-11-05_crop-img11", "10.9.1.241_pos-165-003-020_crop-img11")]
    [InlineData("2022_05_11_12_10_25-TB04_pot_C2", "-TB04_pot_C2")]
    [InlineData("1000224_2022_05_11_12_10_25-2-171-TB04-RGB1_pot_C2_Zdr-1-05", "1000224-TB04-RGB1_pot_C2_Zdr-1-05")]
    [InlineData("1000224_2022_05_12_12_01_06-6-1-TB04-RGB1_pot_C2_Zdr-1-05", "1000224-TB04-RGB1_pot_C2_Zdr-1-05")]
    [InlineData("20220512_7", "_7")]
    [InlineData("tray1_20190522", "tray1")]
    [InlineData("2019-05-22", "all")]
    [InlineData("seed_20991399", "seed_20991399")]
    public void Without_a_rule_moments_are_cut_out_of_the_name(string name, string group) => Assert.Equal(group, new PictureGroups(null).Of(name));

    [Theory]
    [InlineData("^pot\\d+", "pot12_a", "pot12")]
    [InlineData("_(Zdr-.*)$", "1000224_2022_05_11-2-171_pot_C2_Zdr-1-05", "Zdr-1-05")]
    [InlineData("^pot\\d+", "tray_a", "tray_a")]
    public void A_rule_takes_its_first_group_or_all_that_it_matches(string rule, string name, string group) =>
        Assert.Equal(group, new PictureGroups(rule).Of(name));

    [Fact]
    public void A_rule_that_is_no_regular_expression_names_its_option() =>
        Assert.Contains("--group is \"(\"", Assert.Throws<SettingsException>(() => new PictureGroups("(")).Message, StringComparison.Ordinal);
}
