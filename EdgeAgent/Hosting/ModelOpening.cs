using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>The model while it opens, beside the other parts of the agent: it takes about as long as all of them together.</summary>
internal sealed class ModelOpening(Func<ModelInUse> open) : IDisposable
{
    private readonly Task<ModelInUse> opening = Task.Run(open);

    /// <summary>Waits until it is open.</summary>
    /// <exception cref="Faults.AgentException">It cannot be opened; the same each time that it is asked for.</exception>
    public ModelInUse Wait() => opening.GetAwaiter().GetResult();

    /// <summary>No thread may be inside ONNX Runtime when the program ends, also where another part could not be opened meanwhile.</summary>
    public void Dispose() => opening.ContinueWith(
        opened =>
        {
            if (opened.IsCompletedSuccessfully)
            {
                opened.Result.Dispose();
            }
        },
        TaskScheduler.Default).GetAwaiter().GetResult();
}
