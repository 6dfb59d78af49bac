using System.Text;
using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>Where a command is answered.</summary>
internal static class ReplyAddress
{
    /// <summary>
    /// The response topic of the command, unless it is no topic, the broker's, or a rig's: a command must not make a rig publish
    /// for itself or for another, or command itself in a circle.
    /// </summary>
    public static bool IsUsable(string? responseTopic) =>
        responseTopic is { Length: > 0 }
        && Encoding.UTF8.GetByteCount(responseTopic) <= ushort.MaxValue
        && responseTopic.IndexOfAny(['+', '#', '\0']) < 0
        && !responseTopic.StartsWith('$')
        && !responseTopic.StartsWith(Topics.Root, StringComparison.Ordinal);
}
