using System.Security.Cryptography;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Processing;

/// <summary>
/// Looks once a minute whether the next start would find the model that measures now. A model lies in memory once it is
/// opened: a file that vanishes stops nothing, until the power goes.
/// </summary>
/// <param name="file">The model file of the next start.</param>
/// <param name="models">What measures now.</param>
/// <param name="alarms">Raised when the file would not be found at the next start, cleared when it would.</param>
/// <param name="time">The clock.</param>
internal sealed class ModelFileWatch(Func<string> file, ModelInUse models, AlarmBoard alarms, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private (string Path, long Bytes, DateTime Written) seen;
    private string seenDigest = "";
    private bool wasOther;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            Look();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal void Look()
    {
        try
        {
            string path = file();
            bool isOther = DigestOf(path) != (models.Current.InPlaceOf ?? models.Current.Digest);

            // While an update changes the model the two differ for a moment.
            if (isOther && wasOther)
            {
                alarms.Raise(AlarmCode.ModelFile, AlarmSeverity.Warning,
                    $"{path}: found another model than the one that measures, which the next start will take or refuse; "
                    + "put the file back, or restart the agent if that was intended");
            }
            else if (!isOther)
            {
                alarms.Clear(AlarmCode.ModelFile);
            }

            wasOther = isOther;
        }
        catch (AgentException e)
        {
            Report(e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Report($"{file()}: the model file is gone");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(e.Message);
        }
    }

    private void Report(string found) => alarms.Raise(AlarmCode.ModelFile, AlarmSeverity.Critical,
        $"{found}; the rig measures on with the model in its memory, and the next start will not find it: put the file back");

    /// <summary>Reads the file only when it has changed since it was read last.</summary>
    private string DigestOf(string path)
    {
        FileInfo now = new(path);
        (string, long, DateTime) stamp = (path, now.Length, now.LastWriteTimeUtc);
        if (stamp == seen)
        {
            return seenDigest;
        }

        using FileStream content = now.OpenRead();
        seenDigest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        seen = stamp;
        return seenDigest;
    }
}
