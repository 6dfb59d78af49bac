using LeafSeg.ModelTraining.Native;

namespace LeafSeg.ModelTraining;

/// <summary>
/// Writes a file whole or not at all: under another name first, synced, moved into place, and the folder synced. Whenever the
/// process is killed, the power goes or the disk is full, there is the old file or the new one.
/// </summary>
internal static class DurableFile
{
    public const string PartialSuffix = ".partial";

    /// <exception cref="IOException">It cannot be written (a full disk, for one); what was at <paramref name="path"/> is still there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string partial = path + PartialSuffix;
        try
        {
            using FileStream file = new(partial, FileMode.Create, FileAccess.Write);
            write(file);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // What is half written would only keep a full disk full.
            File.Delete(partial);
            throw;
        }

        File.Move(partial, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
