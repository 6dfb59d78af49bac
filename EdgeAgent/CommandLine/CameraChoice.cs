using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary>Which camera of the settings <c>--camera</c> names.</summary>
internal static class CameraChoice
{
    /// <param name="cameras">Those of the settings.</param>
    /// <param name="name">Null: the first.</param>
    /// <exception cref="AgentException">None has this name.</exception>
    public static int IndexIn(IReadOnlyList<CameraOptions> cameras, string? name)
    {
        string[] names = [.. cameras.Select(camera => camera.Name)];
        int index = name is null ? 0 : Array.IndexOf(names, name);
        return index >= 0 ? index : throw new AgentException(ExitCode.Usage, $"--camera: found \"{name}\", expected one of {string.Join(", ", names)}");
    }
}
