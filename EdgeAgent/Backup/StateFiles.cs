using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>Which files of a state folder a backup holds: all but what is made again, what belongs to this processor, and pictures.</summary>
internal static class StateFiles
{
    public const string SetAsidePrefix = "before-restore-";

    private static readonly string[] Pictures = ["overlays", "originals", "doubtful"];

    /// <summary>
    /// Engines and proofs of this machine; downloads that continue or begin again; results of an outbox that gets another id; and the names
    /// that were announced, which a restored rig of another name would clear although the first one still runs under them.
    /// </summary>
    private static readonly string[] MadeAnew = ["tensorrt", "proofs.json", "models/incoming", RecentResults.StateFile, AnnouncedNames.StateFile, Outbox.OutboxStore.HalfRestored];

    /// <summary>Files that SQLite keeps beside a database that is open.</summary>
    private static readonly string[] BesideDatabase = [".db-wal", ".db-shm", ".db-journal"];

    public static bool IsDatabase(string name) => name.EndsWith(".db", StringComparison.Ordinal);

    /// <summary>Small files of the model store, which say what its models are: they must be of one moment.</summary>
    public static bool IsModelName(string name) => name.StartsWith("models/", StringComparison.Ordinal) && !IsModel(name);

    public static bool IsModel(string name) => name.StartsWith("models/", StringComparison.Ordinal) && name.EndsWith(".onnx", StringComparison.Ordinal);

    /// <summary>Paths below the folder, with '/', in order.</summary>
    public static IReadOnlyList<string> Of(string stateFolder, bool withPictures)
    {
        // Hidden files are half written ones (DurableFile.PartOf).
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
        return [.. Directory.EnumerateFiles(stateFolder, "*", all)
            .Select(file => Path.GetRelativePath(stateFolder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => !MadeAnew.Any(part => IsBelow(name, part)) && (withPictures || !Pictures.Any(part => IsBelow(name, part))))
            .Where(name => !name.StartsWith(SetAsidePrefix, StringComparison.Ordinal) && !name.Contains(".db.damaged-", StringComparison.Ordinal))
            .Where(name => !BesideDatabase.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];
    }

    private static bool IsBelow(string name, string part) => name == part || name.StartsWith($"{part}/", StringComparison.Ordinal);
}
