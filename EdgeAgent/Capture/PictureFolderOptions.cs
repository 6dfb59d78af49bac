using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Capture;

internal enum AtEnd
{
    /// <summary>The run is over once every result is acknowledged.</summary>
    Stop,

    /// <summary>Begin again with the first picture.</summary>
    Loop,

    /// <summary>Wait for pictures that come later, in the order of their names.</summary>
    Wait,
}

/// <summary>A folder of pictures in place of a camera: one picture per trigger, in the order of their names.</summary>
internal sealed record PictureFolderOptions
{
    public string Path { get; init; } = "";

    /// <summary>Which files: "*_rgb.png". Only PNG, JPEG, BMP and TIFF files are looked at.</summary>
    public string Pattern { get; init; } = "*";

    public AtEnd AtEnd { get; init; } = AtEnd.Stop;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return new SettingProblem($"{name}.path", Path, "a folder of pictures");
        }

        if (string.IsNullOrWhiteSpace(Pattern) || Pattern.Contains('/', StringComparison.Ordinal))
        {
            yield return new SettingProblem($"{name}.pattern", Pattern, "a file name with * or ?, such as \"*_rgb.png\"");
        }
    }
}
