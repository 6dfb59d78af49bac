using System.Text.Json;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Outbox;

/// <summary>The part of a recorded result that it can do without.</summary>
internal static class LeafDetail
{
    /// <returns>The message without its leaves, which says so; the same message when it has none or cannot be read.</returns>
    public static byte[] Without(byte[] capture)
    {
        try
        {
            CaptureResult result = MessageJson.ReadCapture(capture);
            return result.Plants.All(p => p.Leaves is null) ? capture : MessageJson.Write(result.WithoutLeaves());
        }
        catch (JsonException)
        {
            return capture;
        }
    }
}
