using System.Text.RegularExpressions;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>
/// Which pictures show one plant and must stay on one side of a split. Without a rule, dates, times and frame numbers
/// (<c>_2022-05-11-12-10</c>, <c>_frame07</c>, <c>-day12</c>, <c>_t003</c>) are cut out of the name and what is left is the group. Plain
/// numbers right behind a time of day count frames and are cut out with it; any other is part of a plant's name.
/// </summary>
internal sealed partial class PictureGroups
{
    private readonly Regex? rule;

    /// <param name="rule">A regular expression over the picture's name: its first group, or all that it matches.</param>
    /// <exception cref="SettingsException">Not a regular expression.</exception>
    public PictureGroups(string? rule)
    {
        try
        {
            this.rule = rule is null ? null : new Regex(rule, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException e)
        {
            throw new SettingsException($"--group is \"{rule}\", expected a regular expression ({e.Message})");
        }
    }

    /// <summary>A picture that the rule does not match is a group of its own.</summary>
    public string Of(string name)
    {
        if (rule is not null)
        {
            Match match = rule.Match(name);
            return !match.Success ? name : match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
        }

        string left = Moment().Replace(name, "");
        return left.Length > 0 ? left : "all";
    }

    [GeneratedRegex(
        """
        (?:^|(?<=/)|[-_. ])
        (?: (?:19|20)\d\d (?<d>[-_.]?) (?:0[1-9]|1[0-2]) \k<d> (?:0[1-9]|[12]\d|3[01]) (?: [-_.T ]? [0-2]\d (?:[-_.:]?[0-5]\d){1,2} (?:[-_]\d+)* )?
          | (?:frame|time|hour|day|das|dag|f|t|h|d)[-_]?\d+ )
        (?=[-_. /]|$)
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Moment();
}
