using System.Runtime.InteropServices;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

internal enum FaultKind
{
    /// <summary>The disk is full for one operation.</summary>
    Full,

    /// <summary>The disk fails once.</summary>
    Error,

    /// <summary>A write is done half and fails.</summary>
    Torn,

    /// <summary>A write is done half, and nothing works from then on: the power is gone.</summary>
    Stop,
}

/// <summary>What befalls the disk of one thread.</summary>
internal sealed class Fault(FaultKind kind, int at)
{
    private int operations;

    public FaultKind Kind => kind;

    /// <summary>The operation was reached.</summary>
    public bool Struck => operations >= at;

    /// <summary>Something is written that is not synchronised.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Bytes that SQLite had written.</summary>
    public long BytesWritten { get; set; }

    public bool Strikes()
    {
        operations++;
        return kind == FaultKind.Stop ? operations >= at : operations == at;
    }
}

/// <summary>
/// SQLite's own way to its files (its VFS, https://sqlite.org/vfs.html) with a fault in front of each operation that
/// opens, reads, writes, cuts, synchronises or deletes a file. It is in the way of every connection of the process, and
/// does nothing to threads without a fault.
/// </summary>
internal static class FaultyDisk
{
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int ReadFailed = 10 | (1 << 8);
    private const int WriteFailed = 10 | (3 << 8);
    private const int SyncFailed = 10 | (4 << 8);
    private const int TruncateFailed = 10 | (6 << 8);
    private const int DeleteFailed = 10 | (10 << 8);

    // struct sqlite3_vfs and struct sqlite3_io_methods of sqlite3.h where pointers have 8 bytes.
    private const int VfsSize = 168;
    private const int VfsName = 24;
    private const int VfsOpen = 40;
    private const int VfsDelete = 48;
    private const int MethodsSize = 152;
    private const int MethodsRead = 16;
    private const int MethodsWrite = 24;
    private const int MethodsTruncate = 32;
    private const int MethodsSync = 40;

    private static readonly Lock Gate = new();

    /// <summary>SQLite's methods and ours in front of them: a log has others than a database.</summary>
    private static readonly Dictionary<IntPtr, IntPtr> Methods = [];
    private static readonly OpenCall Opens = Open;
    private static readonly DeleteCall Deletes = Delete;
    private static readonly TransferCall Reads = Read;
    private static readonly TransferCall Writes = Write;
    private static readonly TruncateCall Truncates = Truncate;
    private static readonly SyncCall Syncs = Sync;
    private static OpenCall? realOpen;
    private static DeleteCall? realDelete;
    private static TransferCall? realRead;
    private static TransferCall? realWrite;
    private static TruncateCall? realTruncate;
    private static SyncCall? realSync;

    [ThreadStatic]
    private static Fault? fault;

    /// <summary>From now on the fault of this thread; null: its disk is whole again.</summary>
    public static void Befall(Fault? next)
    {
        Register();
        fault = next;
    }

    private static void Register()
    {
        lock (Gate)
        {
            if (realOpen is not null)
            {
                return;
            }

            IntPtr real = FindVfs(IntPtr.Zero);
            IntPtr faulty = Copy(real, VfsSize);
            realDelete = Marshal.GetDelegateForFunctionPointer<DeleteCall>(Marshal.ReadIntPtr(real, VfsDelete));
            realOpen = Marshal.GetDelegateForFunctionPointer<OpenCall>(Marshal.ReadIntPtr(real, VfsOpen));
            Marshal.WriteIntPtr(faulty, VfsName, Marshal.StringToCoTaskMemUTF8("faulty"));
            Marshal.WriteIntPtr(faulty, VfsOpen, Marshal.GetFunctionPointerForDelegate(Opens));
            Marshal.WriteIntPtr(faulty, VfsDelete, Marshal.GetFunctionPointerForDelegate(Deletes));
            if (RegisterVfs(faulty, makeDefault: 1) != 0)
            {
                throw new InvalidOperationException("SQLite does not take the VFS");
            }
        }
    }

    private static int Open(IntPtr vfs, IntPtr name, IntPtr file, int flags, IntPtr outFlags)
    {
        if (fault?.Strikes() == true)
        {
            // A file without methods is one that is not open.
            Marshal.WriteIntPtr(file, IntPtr.Zero);
            return CannotOpen;
        }

        int result = realOpen!(vfs, name, file, flags, outFlags);
        IntPtr own = Marshal.ReadIntPtr(file);
        if (result == 0 && own != IntPtr.Zero)
        {
            Marshal.WriteIntPtr(file, FaultyMethods(own));
        }

        return result;
    }

    private static IntPtr FaultyMethods(IntPtr real)
    {
        lock (Gate)
        {
            if (Methods.TryGetValue(real, out IntPtr known))
            {
                return known;
            }

            // These four are the same functions in all of them.
            realRead = Marshal.GetDelegateForFunctionPointer<TransferCall>(Marshal.ReadIntPtr(real, MethodsRead));
            realWrite = Marshal.GetDelegateForFunctionPointer<TransferCall>(Marshal.ReadIntPtr(real, MethodsWrite));
            realTruncate = Marshal.GetDelegateForFunctionPointer<TruncateCall>(Marshal.ReadIntPtr(real, MethodsTruncate));
            realSync = Marshal.GetDelegateForFunctionPointer<SyncCall>(Marshal.ReadIntPtr(real, MethodsSync));
            IntPtr faulty = Copy(real, MethodsSize);
            Marshal.WriteIntPtr(faulty, MethodsRead, Marshal.GetFunctionPointerForDelegate(Reads));
            Marshal.WriteIntPtr(faulty, MethodsWrite, Marshal.GetFunctionPointerForDelegate(Writes));
            Marshal.WriteIntPtr(faulty, MethodsTruncate, Marshal.GetFunctionPointerForDelegate(Truncates));
            Marshal.WriteIntPtr(faulty, MethodsSync, Marshal.GetFunctionPointerForDelegate(Syncs));
            return Methods[real] = faulty;
        }
    }

    private static int Delete(IntPtr vfs, IntPtr name, int syncFolder) =>
        fault?.Strikes() == true ? DeleteFailed : realDelete!(vfs, name, syncFolder);

    private static int Read(IntPtr file, IntPtr bytes, int count, long offset) =>
        fault?.Strikes() == true ? ReadFailed : realRead!(file, bytes, count, offset);

    private static int Write(IntPtr file, IntPtr bytes, int count, long offset)
    {
        if (fault is null)
        {
            return realWrite!(file, bytes, count, offset);
        }

        fault.IsDirty = true;
        fault.BytesWritten += count;
        bool before = fault.Struck;
        if (!fault.Strikes())
        {
            return realWrite!(file, bytes, count, offset);
        }

        if (fault.Kind == FaultKind.Torn || (fault.Kind == FaultKind.Stop && !before))
        {
            _ = realWrite!(file, bytes, count / 2, offset);
        }

        return fault.Kind == FaultKind.Full ? Full : WriteFailed;
    }

    private static int Truncate(IntPtr file, long size) =>
        fault?.Strikes() == true ? TruncateFailed : realTruncate!(file, size);

    private static int Sync(IntPtr file, int flags)
    {
        if (fault?.Strikes() == true)
        {
            return fault.Kind == FaultKind.Full ? Full : SyncFailed;
        }

        int result = realSync!(file, flags);
        if (fault is not null && result == 0)
        {
            fault.IsDirty = false;
        }

        return result;
    }

    private static IntPtr Copy(IntPtr from, int size)
    {
        byte[] bytes = new byte[size];
        Marshal.Copy(from, bytes, 0, size);
        IntPtr copy = Marshal.AllocHGlobal(size);
        Marshal.Copy(bytes, 0, copy, size);
        return copy;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int OpenCall(IntPtr vfs, IntPtr name, IntPtr file, int flags, IntPtr outFlags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int DeleteCall(IntPtr vfs, IntPtr name, int syncFolder);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TransferCall(IntPtr file, IntPtr bytes, int count, long offset);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TruncateCall(IntPtr file, long size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SyncCall(IntPtr file, int flags);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr FindVfs(IntPtr name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern int RegisterVfs(IntPtr vfs, int makeDefault);
}
