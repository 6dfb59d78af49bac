namespace LeafSeg.EdgeAgent.Backup;

/// <summary>Files and folders for their owner alone, whatever the umask is: a state folder and settings may hold secrets.</summary>
internal static class OwnFiles
{
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Of a settings file: the service reads it by its group.</summary>
    public const UnixFileMode SettingsMode = Mode | UnixFileMode.GroupRead;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Mode | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A new file to write to.</summary>
    /// <exception cref="IOException">It is there, or the disk refuses.</exception>
    public static FileStream Create(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        return new FileStream(path, options);
    }
}
