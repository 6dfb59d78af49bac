using System.Globalization;

namespace LeafSeg.EdgeAgent.Faults;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Setting">Its full name as in the settings file: "broker.address".</param>
/// <param name="Found">Its value.</param>
/// <param name="Expected">What would be right, in words.</param>
internal sealed record SettingProblem(string Setting, object? Found, string Expected)
{
    public const string TopicName = "1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Setting}: found {Shown}, expected {Expected}");

    private string Shown => Found switch
    {
        null => "nothing",
        string text => $"\"{text}\"",
        _ => Convert.ToString(Found, CultureInfo.InvariantCulture)!,
    };
}
