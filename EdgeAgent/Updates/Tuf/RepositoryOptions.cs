using LeafSeg.Common.Downloads;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Updates.Tuf;

/// <summary>How a repository is reached, and how much of this machine it may use.</summary>
internal sealed record RepositoryOptions
{
    /// <summary>Also http://, where anyone on the way can read and delay, though not change, what is fetched.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>PEM file with the only authorities that a server's certificate may come from; the system's when null.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with the certificate that this machine shows to the server.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file with the client certificate's private key; null where it is in the same file.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>A transfer without progress for so long is broken off.</summary>
    public double StallSeconds { get; init; } = 30;

    /// <summary>Null for as fast as it comes.</summary>
    public long? MaxBytesPerSecond { get; init; }

    /// <summary>No target larger than this is fetched.</summary>
    public long MaxTargetBytes { get; init; } = 1L << 30;

    /// <summary>How often a target's transfer that breaks off is begun or taken up again.</summary>
    public int Attempts { get; init; } = 4;

    public double RetrySeconds { get; init; } = 1;

    /// <summary>New metadata only while the system's clock is set by NTP or the like; false for a machine with a good clock of its own.</summary>
    public bool RequireSynchronisedClock { get; init; } = true;

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (CaFile is not null && !File.Exists(CaFile))
        {
            yield return new SettingProblem($"{name}.caFile", CaFile, "a PEM file that is there");
        }

        if (ClientCertificateFile is not null && !File.Exists(ClientCertificateFile))
        {
            yield return new SettingProblem($"{name}.clientCertificateFile", ClientCertificateFile, "a PEM file that is there");
        }

        if (ClientKeyFile is not null && ClientCertificateFile is null)
        {
            yield return new SettingProblem($"{name}.clientCertificateFile", ClientCertificateFile, $"a PEM file, since there is a {name}.clientKeyFile");
        }

        if (ClientKeyFile is not null && !File.Exists(ClientKeyFile))
        {
            yield return new SettingProblem($"{name}.clientKeyFile", ClientKeyFile, "a PEM file that is there");
        }

        if (StallSeconds is not (>= 1 and <= 3600))
        {
            yield return new SettingProblem($"{name}.stallSeconds", StallSeconds, "1 to 3600 seconds");
        }

        if (MaxBytesPerSecond is < Downloader.LeastProgress)
        {
            yield return new SettingProblem($"{name}.maxBytesPerSecond", MaxBytesPerSecond, $"{Downloader.LeastProgress} bytes or more, or null");
        }

        if (MaxTargetBytes < 1)
        {
            yield return new SettingProblem($"{name}.maxTargetBytes", MaxTargetBytes, "1 byte or more");
        }

        if (Attempts is not (>= 1 and <= 100))
        {
            yield return new SettingProblem($"{name}.attempts", Attempts, "1 to 100");
        }

        if (RetrySeconds is not (>= 0 and <= 3600))
        {
            yield return new SettingProblem($"{name}.retrySeconds", RetrySeconds, "0 to 3600 seconds");
        }
    }
}
