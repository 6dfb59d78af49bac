using System.IO.Compression;

namespace LeafSeg.ModelTraining.Weights.PyTorch;

/// <summary>
/// A zip archive whose entries are stored as they are, which is how PyTorch writes. Compressed entries are refused, so nothing
/// grows when it is read; nothing is unpacked to a disk, so an entry's name is a key and never a path.
/// </summary>
internal sealed class StoredZip : IDisposable
{
    private readonly string path;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    /// <param name="file">Left open.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="WeightsFileException">Cut short, damaged or compressed.</exception>
    public StoredZip(FileStream file, string path)
    {
        this.path = path;
        archive = Try(() => new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true));
        foreach (ZipArchiveEntry entry in Try(() => archive.Entries))
        {
            if (entry.IsEncrypted || entry.CompressedLength != entry.Length)
            {
                throw Damaged($"the entry {Printable.Text(entry.FullName)} is compressed or encrypted, which PyTorch never does");
            }

            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw Damaged($"the entry {Printable.Text(entry.FullName)} is there twice");
            }
        }
    }

    public IEnumerable<string> Names => entries.Keys;

    /// <returns>The entry's bytes, which may be fewer than its length where the archive is damaged; and its length.</returns>
    /// <exception cref="WeightsFileException">There is no such entry, or it lies elsewhere.</exception>
    public (Stream Content, long Length) Open(string name) => entries.TryGetValue(name, out ZipArchiveEntry? entry)
        ? (Try(entry.Open), entry.Length)
        : throw Damaged($"it has no entry {Printable.Text(name)}");

    public void Dispose() => archive.Dispose();

    private T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException)
        {
            throw new WeightsFileException($"{path}: the zip archive is damaged or cut short: {e.Message}", e);
        }
    }

    private WeightsFileException Damaged(string what) => new($"{path}: the zip archive is damaged: {what}");
}
