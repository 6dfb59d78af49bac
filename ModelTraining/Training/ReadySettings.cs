using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Training;

/// <summary>The settings files that come with the program: Settings/NAME.train.json beside it.</summary>
internal static class ReadySettings
{
    /// <summary>What is trained where nothing else is requested.</summary>
    public const string Default = "small";

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

    /// <summary>The settings in a file that is given by its path or its name.</summary>
    /// <exception cref="SettingsException">They are no JSON, or one of them is unknown or of the wrong kind.</exception>
    public static TrainingSettings Read(string pathOrName)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingSettings>(File.ReadAllText(Find(pathOrName)), Checkpoint.Json)
                ?? throw new SettingsException($"{pathOrName}: holds null, expected a JSON object of settings.");
        }
        catch (JsonException e)
        {
            throw new SettingsException($"{pathOrName}: {JsonFault.InWords(e)}");
        }
    }
}
