using System.Text;
using System.Text.Json;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Training.Reporting;

namespace LeafSeg.ModelTraining.Training;

/// <summary>The folder that a new run begins in: empty, or with what a run of ours left that ended before its first network was written.</summary>
internal static class RunFolder
{
    private const string SettingsName = "settings.json";
    private static readonly string[] Tables = [RunLog.LossesName, RunLog.ScoresName, RunLog.NotesName];
    private static readonly string[] Written = [SettingsName, .. Tables, TrainingReport.FileName, Trainer.CheckpointName, Trainer.BestName];

    /// <exception cref="DatasetException">It holds a run, or something that is not from a run.</exception>
    public static void RequireFree(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (File.Exists(Path.Combine(folder, Trainer.CheckpointName)))
        {
            throw new DatasetException($"{folder}: holds a run already; go on with it by --resume or name another folder");
        }

        if (Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal).FirstOrDefault(entry => !IsLeftOver(folder, entry)) is string other)
        {
            throw new DatasetException(
                $"{folder}: holds {Path.GetFileName(other)}, which is not from a run that ended before its first checkpoint; "
                + "a run would write over such files, name a new or empty folder");
        }
    }

    public static void WriteSettings(string folder, TrainingSettings settings) =>
        DurableFile.Write(Path.Combine(folder, SettingsName), Encoding.UTF8.GetBytes(Text(settings)));

    private static bool IsLeftOver(string folder, string entry) => Path.GetFileName(entry) switch
    {
        SettingsName => IsOurs(File.ReadAllText(entry)),
        RunLog.LockName => new FileInfo(entry).Length == 0,
        Overlays.FolderName => Overlays.HoldsNothingElse(folder),
        string name when Tables.Contains(name) => File.ReadLines(entry).FirstOrDefault() is null or "" or ['s', 't', 'e', 'p', ',', ..],
        string name => EventFile.IsNamedAsOne(name) || Written.Any(file => Path.GetFileName(DurableFile.PartOf(file)) == name),
    };

    /// <summary>Settings that a person wrote are not laid out as ours, or are not whole.</summary>
    private static bool IsOurs(string settings)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingSettings>(settings, Checkpoint.Json) is { } read && Text(read) == settings;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Text(TrainingSettings settings) => JsonSerializer.Serialize(settings, Checkpoint.Json);
}
