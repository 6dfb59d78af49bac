namespace LeafSeg.Common.Downloads;

/// <summary>A file elsewhere that is being read.</summary>
/// <param name="Content">From the byte <paramref name="From"/> on.</param>
/// <param name="From">The first byte that comes.</param>
/// <param name="Length">How many bytes come; null where it is not known.</param>
public sealed record RemoteContent(Stream Content, long From, long? Length) : IDisposable
{
    /// <summary>Disposed with the content.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>Ends the transfer.</summary>
    public void Dispose()
    {
        Content.Dispose();
        Owner?.Dispose();
    }
}
