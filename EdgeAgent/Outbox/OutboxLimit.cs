namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>
/// How much room waiting results may take. Beyond their own share they take that of the pictures; when there are no
/// more pictures, the oldest results give up their leaves, and only then are the oldest results themselves given up.
/// </summary>
/// <param name="OwnBytes">The outbox's own share.</param>
/// <param name="PictureBytes">The share of the pictures.</param>
internal sealed record OutboxLimit(long OwnBytes, long PictureBytes)
{
    public static OutboxLimit None { get; } = new(long.MaxValue, 0);

    /// <summary>All there is once the pictures are gone.</summary>
    public long WithoutPicturesBytes => OwnBytes + PictureBytes;

    /// <summary>What is left of the pictures' share.</summary>
    public long LeftForPictures(long outboxBytes) => Math.Clamp(WithoutPicturesBytes - outboxBytes, 0, PictureBytes);
}
