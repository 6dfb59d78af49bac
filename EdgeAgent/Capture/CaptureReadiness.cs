namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Knows when each camera was opened for the first time: from then on the agent can capture.</summary>
internal sealed class CaptureReadiness(int cameras)
{
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> opened = [];

    /// <summary>Done once every camera was opened.</summary>
    public Task AllOpened => all.Task;

    public void Opened(string camera)
    {
        lock (opened)
        {
            if (opened.Add(camera) && opened.Count == cameras)
            {
                all.TrySetResult();
            }
        }
    }
}
