namespace LeafSeg.EdgeAgent.Capture;

/// <summary>What is known of the camera, for the status page and the info message.</summary>
internal sealed class CameraStatus(string name)
{
    private readonly Lock gate = new();
    private (int Width, int Height)? size;
    private string? problem;

    /// <summary>The size of the pictures has become known or has changed.</summary>
    public event Action? SizeChanged;

    public string Name => name;

    /// <summary>Null until the first picture.</summary>
    public (int Width, int Height)? Size
    {
        get
        {
            lock (gate)
            {
                return size;
            }
        }
    }

    /// <summary>Why there is no picture; null while there are.</summary>
    public string? Problem
    {
        get
        {
            lock (gate)
            {
                return problem;
            }
        }
    }

    public void Picture(int width, int height)
    {
        bool changed;
        lock (gate)
        {
            changed = size != (width, height);
            size = (width, height);
            problem = null;
        }

        if (changed)
        {
            SizeChanged?.Invoke();
        }
    }

    public void Lost(string reason)
    {
        lock (gate)
        {
            problem = reason;
        }
    }
}
