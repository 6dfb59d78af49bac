using System.Runtime.InteropServices;

namespace LeafSeg.ModelTraining.Native;

/// <summary>Brings a folder's entries to the disk: without it a power cut may undo a rename. .NET cannot open a folder for that.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Does nothing where the system has no such call; a folder that cannot be synced (a network share) is not an error.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
