using System.Runtime.InteropServices;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>
/// Keeps every other program that requests it out of a folder until it is disposed or this process ends, however it ends. The lock is on the
/// folder itself (flock), so that no file is left behind.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;
    private const int Unlock = 8;
    private const int WouldBlock = 11;

    private int descriptor;

    private FolderLock(int descriptor) => this.descriptor = descriptor;

    /// <returns>Null: another program has it.</returns>
    /// <exception cref="IOException">The folder cannot be opened or locked.</exception>
    public static FolderLock? TryTake(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FolderLock(-1);
        }

        // A child process must not keep the lock when this one is killed.
        int descriptor = Open(folder, ReadOnly | CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: the folder cannot be opened ({Marshal.GetLastPInvokeErrorMessage()})");
        }

        if (Lock(descriptor, Exclusive | DoNotWait) == 0)
        {
            return new FolderLock(descriptor);
        }

        (int error, string message) = (Marshal.GetLastPInvokeError(), Marshal.GetLastPInvokeErrorMessage());
        _ = Close(descriptor);
        return error == WouldBlock ? null : throw new IOException($"{folder}: the folder cannot be locked ({message})");
    }

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            // A child process that is just being made has the descriptor too, and with it the lock, until it runs its program.
            _ = Lock(descriptor, Unlock);
            _ = Close(descriptor);
            descriptor = -1;
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(int descriptor, int operation);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
