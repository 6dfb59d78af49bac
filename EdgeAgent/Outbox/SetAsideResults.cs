using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>
/// Results that cannot be sent, whatever is tried: larger than the broker takes even without their leaves, or not readable.
/// Each is kept as a file, so that the queue continues and nothing is lost; an alarm says where. The oldest files go first.
/// </summary>
internal sealed class SetAsideResults(string folder, AlarmBoard alarms)
{
    private const int MostFiles = 1000;
    private const long MostBytes = 64_000_000;

    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses.</exception>
    public void Add(OutboxEntry entry, string reason)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence:D12}.json"));
        DurableFile.Write(file, entry.Payload);
        MakeRoom(file);
        alarms.Raise(AlarmCode.ResultsSetAside, AlarmSeverity.Critical,
            $"result {entry.Sequence} cannot be sent and is kept in {file}: {reason}; the results after it are sent");
    }

    private void MakeRoom(string newest)
    {
        FileInfo[] files = [.. new DirectoryInfo(folder).GetFiles("*.json").OrderByDescending(f => f.Name, StringComparer.Ordinal)];
        long bytes = 0;
        for (int i = 0; i < files.Length; i++)
        {
            bytes += files[i].Length;
            if ((i >= MostFiles || bytes > MostBytes) && files[i].FullName != Path.GetFullPath(newest))
            {
                files[i].Delete();
            }
        }
    }
}
