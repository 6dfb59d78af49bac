using System.Globalization;

namespace LeafSeg.EdgeAgent.Faults;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Setting">Its full name as in the settings file: "broker.address".</param>
/// <param name="Found">Its value.</param>
/// <param name="Expected">What would be right, in words.</param>
internal sealed record SettingProblem(string Setting, object? Found, string Expected)
{
    public const string TopicName = "1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit";

    /// <summary>In place of a value that may be a secret: that of a name which is no setting.</summary>
    public static object UnknownName { get; } = new Words("a name that is no setting");

    /// <summary>In place of a value that may hold a secret.</summary>
    public static object NotShown { get; } = new Words("a text that is not shown here");

    /// <summary>Shown in place of a value that was found where a section or a list belongs.</summary>
    public static object SingleValue { get; } = new Words("a single value");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Setting}: found {Shown}, expected {Expected}");

    private string Shown => Found switch
    {
        null => "nothing",
        string text => $"\"{WithoutUser(text)}\"",
        Words words => words.Text,
        _ => Convert.ToString(Found, CultureInfo.InvariantCulture)!,
    };

    /// <summary>User and password of an address ("mqtt://user:password@host") are not for a log.</summary>
    private static string WithoutUser(string text)
    {
        int at = text.LastIndexOf('@');
        if (at < 0)
        {
            return text;
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme >= 0 && scheme < at ? $"{text[..(scheme + 3)]}...@{text[(at + 1)..]}" : $"...@{text[(at + 1)..]}";
    }

    private sealed record Words(string Text);
}
