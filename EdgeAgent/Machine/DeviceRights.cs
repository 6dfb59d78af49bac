using System.Globalization;
using System.Runtime.InteropServices;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>Says which group a device belongs to, to a user who may not open it.</summary>
internal static class DeviceRights
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;
    private const string Groups = "/etc/group";

    /// <summary>What was found and what to do, where this user may not read and write a device; null: he may, or it is not there.</summary>
    public static string? Missing(string device)
    {
        try
        {
            File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return Refused(device);
        }
        catch (IOException)
        {
            return null; // Not there, or busy: opening it reports that.
        }
    }

    public static string Refused(string device) => Refused(device, GroupOf(device), Environment.UserName);

    /// <param name="device">Its path.</param>
    /// <param name="group">The group that it belongs to; null: not known.</param>
    /// <param name="user">Who may not open it.</param>
    public static string Refused(string device, string? group, string user) => group is null or "root"
        ? $"permission denied: {device} is for root alone; let a udev rule give it to a group (\"gpio\" for GPIO chips, \"video\" for cameras), "
            + $"add the user {user} to that group, and restart the agent"
        : $"permission denied: {device} is for the group {group}; add the user {user} to it (usermod -aG {group} {user}), and restart the agent";

    private static string? GroupOf(string path)
    {
        StatX stat = default;
        if (ReadStat(CurrentFolder, path, 0, BasicStats, ref stat) != 0)
        {
            return null;
        }

        string id = stat.GroupId.ToString(CultureInfo.InvariantCulture);
        try
        {
            // group:password:id:members
            return File.ReadLines(Groups).Select(line => line.Split(':')).FirstOrDefault(entry => entry.Length > 2 && entry[2] == id)?[0] ?? id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return id;
        }
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadStat(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref StatX stat);

    /// <summary>struct statx (statx(2)): the same on every machine.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(24)]
        public uint GroupId;
    }
}
