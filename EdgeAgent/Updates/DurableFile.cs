using System.Runtime.InteropServices;

namespace LeafSeg.EdgeAgent.Updates;

/// <summary>Files that a power cut leaves either as they were or as they were to be: synced, renamed, and the folder synced.</summary>
internal static class DurableFile
{
    /// <exception cref="IOException">The disk refuses; the file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string part = PartOf(path);
        using (FileStream file = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Replace(part, path);
    }

    /// <summary>Puts a file that is synced in the place of another.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Replace(string finished, string path)
    {
        File.Move(finished, path, overwrite: true);
        SyncFolderOf(path);
    }

    /// <summary>Removes a file that may not be there.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolderOf(path);
    }

    /// <summary>
    /// Where a file grows until it is whole: beside it and hidden. A percent sign without two digits comes in no escaped
    /// name, so that it is nobody's own file.
    /// </summary>
    public static string PartOf(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}%part");

    /// <summary>A rename is on the disk only when its folder is.</summary>
    private static void SyncFolderOf(string path)
    {
        const int ReadOnlyFolder = 0x10000;
        int folder = Open(Path.GetDirectoryName(path)!, ReadOnlyFolder);
        if (folder < 0)
            throw Failed(path);
        try
        {
            // Some file systems know no such thing for folders.
            const int NotSupported = 22;
            if (Sync(folder) != 0 && Marshal.GetLastPInvokeError() != NotSupported)
                throw Failed(path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Failed(string path) =>
        new($"{Path.GetDirectoryName(path)}: the folder cannot be synced ({Marshal.GetLastPInvokeErrorMessage()})");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
