using System.CommandLine;
using System.Globalization;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>--page: which page of TIFF files with several is read.</summary>
internal sealed class PageOption
{
    private const string All = "all";

    public Option<string?> Option { get; } = new("--page")
    {
        Description = $"Page of TIFF files with several: a number, or {All}, each page a picture of its own (NAME_page3); the first otherwise",
    };

    /// <returns>Null: all.</returns>
    /// <exception cref="SettingsException">Neither a page nor all.</exception>
    public int? Of(ParseResult arguments) => arguments.GetValue(Option) switch
    {
        null => 1,
        All => null,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int page) && page > 0 => page,
        string text => throw new SettingsException($"--page is {text}, expected a number from 1 on, or {All}."),
    };
}
