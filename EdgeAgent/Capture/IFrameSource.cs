namespace LeafSeg.EdgeAgent.Capture;

/// <summary>A camera, or a substitute for one.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>There is a lens in front of it: no two of its pictures are ever the same to the last pixel.</summary>
    bool IsLive { get; }

    /// <summary>Makes ready to take pictures, also again after a failure.</summary>
    /// <exception cref="CameraException">It is not there now, and may be there later.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Takes a picture now; null when there will never be another.</summary>
    /// <exception cref="CameraException">It gave none; open again before the next attempt.</exception>
    /// <exception cref="NoPictureYetException">Nothing is wrong, and there is none at this moment.</exception>
    Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken);

    /// <summary>Takes the picture of a trigger: a camera that its own input exposes has taken it at the edge; others take it now.</summary>
    /// <param name="edgeMonotonicNs">Monotonic time of the edge; null: it has none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when there will never be another.</returns>
    /// <exception cref="CameraException">It gave none; open again before the next attempt.</exception>
    /// <exception cref="NoPictureYetException">Nothing is wrong, and there is none at this moment.</exception>
    Task<CameraPicture?> TakeAsync(long? edgeMonotonicNs, CancellationToken cancellationToken) => TakeAsync(cancellationToken);
}
