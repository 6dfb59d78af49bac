using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>
/// A folder that is there whole or not at all: it is written under another name beside its place and takes the place at
/// the end. What an interrupted run left is removed by the next one.
/// </summary>
internal sealed class FolderInMaking : IDisposable
{
    private const string LockName = ".in-making";

    private readonly string output;
    private readonly string old;
    private readonly FileStream heldLock;
    private bool completed;

    private FolderInMaking(string output, string path, string old, FileStream heldLock)
    {
        this.output = output;
        Path = path;
        this.old = old;
        this.heldLock = heldLock;
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <param name="output">The folder to make; it may be there and empty.</param>
    /// <param name="replace">Take the place of a folder that prepare wrote.</param>
    /// <exception cref="DatasetException">It is not empty, or another process is writing it.</exception>
    public static FolderInMaking Begin(string output, bool replace)
    {
        output = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output));
        RequireFree(output, replace);
        string parent = System.IO.Path.GetDirectoryName(output) ?? throw new DatasetException($"{output}: cannot be written as a folder of its own");
        string name = System.IO.Path.GetFileName(output);
        string path = System.IO.Path.Combine(parent, $".{name}.in-making");
        Directory.CreateDirectory(path);
        FileStream heldLock = TakeLock(path, output);
        foreach (string left in Directory.EnumerateDirectories(path))
        {
            Directory.Delete(left, recursive: true);
        }

        return new FolderInMaking(output, path, System.IO.Path.Combine(parent, $".{name}.replaced"), heldLock);
    }

    /// <summary>Puts the folder in its place.</summary>
    public void Complete()
    {
        heldLock.Dispose();
        File.Delete(System.IO.Path.Combine(Path, LockName));
        DeleteOld();
        if (Directory.Exists(output))
        {
            Directory.Move(output, old);
        }

        Directory.Move(Path, output);
        completed = true;
        DeleteOld();
    }

    public void Dispose()
    {
        heldLock.Dispose();
        if (!completed && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static void RequireFree(string output, bool replace)
    {
        if (File.Exists(output))
        {
            throw new DatasetException($"{output}: is a file; name a new or empty folder");
        }

        if (!Directory.Exists(output) || !Directory.EnumerateFileSystemEntries(output).Any())
        {
            return;
        }

        bool ours = PreparedFolder.Is(output);
        if (!ours)
        {
            throw new DatasetException($"{output}: is not empty and not from 'leafseg-train prepare'; name a new or empty folder");
        }

        if (!replace)
        {
            throw new DatasetException($"{output}: holds pictures that were prepared before; name a new folder, or replace them with --replace");
        }
    }

    private static FileStream TakeLock(string path, string output)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new DatasetException($"{output}: another 'leafseg-train prepare' is writing it; wait for it or name another folder");
        }
    }

    private void DeleteOld()
    {
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }
    }
}
