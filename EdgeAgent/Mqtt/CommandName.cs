namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>The commands of a rig; the last level of the command's topic.</summary>
internal static class CommandName
{
    public const string Capture = "capture";

    public const string Pause = "pause";

    public const string Resume = "resume";

    public const string SendImage = "send-image";

    public const string Doctor = "doctor";

    public static IReadOnlyList<string> All { get; } = [Capture, Pause, Resume, SendImage, Doctor];
}
