namespace LeafSeg.ModelTraining.Training;

/// <summary>The settings files that come with the program: Settings/NAME.train.json beside it.</summary>
internal static class ReadySettings
{
    private const string Suffix = ".train.json";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Settings");

    public static string Names => Directory.Exists(Folder)
        ? string.Join(", ", Directory.EnumerateFiles(Folder, "*" + Suffix).Select(path => Path.GetFileName(path)[..^Suffix.Length]).Order(StringComparer.Ordinal))
        : "none";

    /// <summary>The path of a settings file that is given by its path or, if there is no such file, by its name.</summary>
    public static string Find(string pathOrName)
    {
        string ready = Path.Combine(Folder, pathOrName + Suffix);
        return !File.Exists(pathOrName) && File.Exists(ready) ? ready : pathOrName;
    }
}
