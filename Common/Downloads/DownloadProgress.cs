namespace LeafSeg.Common.Downloads;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes of the file that are here, with those of an earlier attempt.</param>
/// <param name="Total">Bytes of the whole file; null where the server does not say.</param>
public readonly record struct DownloadProgress(long Done, long? Total);
