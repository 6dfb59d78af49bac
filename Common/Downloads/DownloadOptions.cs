namespace LeafSeg.Common.Downloads;

/// <summary>How patient a download is, and how much of the line and the disk it may use.</summary>
public sealed record DownloadOptions
{
    /// <summary>A transfer with less than <see cref="Downloader.LeastProgress"/> bytes in so long has broken off.</summary>
    public TimeSpan StallTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts for one file; each resumes where the one before it broke off.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Between two attempts.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Null for no limit.</summary>
    public long? MaxBytesPerSecond { get; init; }

    /// <summary>No file larger than this is downloaded.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;
}
