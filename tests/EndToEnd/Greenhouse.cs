using LeafSeg.Common.Tests;

namespace LeafSeg.EndToEnd;

/// <summary>A broker and what one agent needs, in a folder of their own.</summary>
internal sealed class Greenhouse : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public Greenhouse()
    {
        Mosquitto = new Mosquitto(folder.Path);
        Rig = new Rig(folder.Path, Mosquitto.Address);
    }

    public string Folder => folder.Path;

    public Mosquitto Mosquitto { get; }

    public Rig Rig { get; }

    /// <summary>Renders pictures for the rig and starts the broker.</summary>
    public Task StartAsync(int frames, int size = 160)
    {
        Frames.Render(Rig.Frames, frames, size);
        return Mosquitto.StartAsync();
    }

    public void Dispose()
    {
        Mosquitto.Dispose();
        folder.Dispose();
    }
}
