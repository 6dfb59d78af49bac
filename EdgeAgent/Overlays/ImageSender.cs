using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>Sends overlays: each on a topic of its own, the newest retained, none larger than the rig and its broker allow.</summary>
internal sealed class ImageSender(MqttLink link, Topics topics, int maxKilobytes)
{
    /// <returns>Bytes that were sent.</returns>
    /// <exception cref="LinkException">There is no connection, or the broker takes nothing as large as the smallest picture.</exception>
    public async Task<int> SendAsync(Guid capture, byte[] jpeg, CancellationToken cancellationToken)
    {
        long cap = Math.Min(maxKilobytes * 1000L, link.RoomOn(topics.Image(capture)));
        byte[] picture = PictureFit.Into(jpeg, cap)
            ?? throw new LinkException($"a picture of {jpeg.Length} bytes cannot be made to fit {cap} bytes (commands.imageMaxKilobytes, or the broker's packet size)", LinkFailure.TooLarge);
        OutgoingMessage message = new() { Topic = topics.Image(capture), Payload = picture, ContentType = "image/jpeg", IsText = false, AtMostOnce = true };
        await link.PublishAsync(message, cancellationToken);
        await link.PublishAsync(message with { Topic = topics.LatestImage, Retain = true }, cancellationToken);
        return picture.Length;
    }
}
