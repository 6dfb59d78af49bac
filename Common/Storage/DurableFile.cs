using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LeafSeg.Common.Storage;

/// <summary>
/// Files that are there whole or not at all: whenever the process is killed, the power goes or the disk is full, there is
/// the old file or the new one. Written beside its place, synced, renamed, and the folder synced.
/// </summary>
public static class DurableFile
{
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <param name="mode">Its rights, set before there is a byte in it; null: as the process's umask has it.</param>
    /// <exception cref="IOException">
    /// The disk refuses (it is full, for one); the file is as it was, or, where only its folder could not be synced, the new one.
    /// </exception>
    public static void Write(string path, Action<Stream> write, UnixFileMode? mode = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        string part = PartOf(path);
        using (FileStream file = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            try
            {
                if (mode is { } rights && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(part, rights);
                }

                write(file);
                file.Flush();
            }
            catch
            {
                // What is half written would only keep a full disk full.
                File.Delete(part);
                throw;
            }
        }

        Replace(part, path);
    }

    /// <exception cref="IOException">As above.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode = null) => Write(path, file => file.Write(content.Span), mode);

    /// <summary>Puts a finished file in the place of another.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Replace(string finished, string path)
    {
        using (SafeFileHandle file = File.OpenHandle(finished, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

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
    /// name, which no user's file has.
    /// </summary>
    public static string PartOf(string path) =>
        Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}%part");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>A rename is on the disk only when its folder is; .NET cannot open a folder for that.</summary>
    private static void SyncFolderOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        const int ReadOnly = 0;
        int folder = Open(FolderOf(path), ReadOnly);
        if (folder < 0)
        {
            throw Failed(path);
        }

        try
        {
            // Some file systems know no such thing for folders.
            const int NotSupported = 22;
            if (Sync(folder) != 0 && Marshal.GetLastPInvokeError() != NotSupported)
            {
                throw Failed(path);
            }
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Failed(string path) =>
        new($"{FolderOf(path)}: the folder cannot be synced ({Marshal.GetLastPInvokeErrorMessage()})");

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
