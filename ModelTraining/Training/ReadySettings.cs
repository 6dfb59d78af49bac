namespace LeafSeg.ModelTraining.Training;

/// <summary>Settings files that come with the program, found by their names.</summary>
internal static class ReadySettings
{
    private const string Ending = ".train.json";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Settings");

    /// <summary>Names that <see cref="Find"/> knows, sorted.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Directory.EnumerateFiles(Folder, $"*{Ending}").Select(path => Path.GetFileName(path)[..^Ending.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The path of a settings file: what is given if it is there, or else the ready one of that name.</summary>
    /// <exception cref="Networks.SettingsException">Neither.</exception>
    public static string Find(string pathOrName)
    {
        if (File.Exists(pathOrName))
        {
            return pathOrName;
        }

        return Names.Contains(pathOrName)
            ? Path.Combine(Folder, pathOrName + Ending)
            : throw new Networks.SettingsException(
                $"--settings is {pathOrName}, which is no file; expected a path, or one of {string.Join(", ", Names)}.");
    }
}
