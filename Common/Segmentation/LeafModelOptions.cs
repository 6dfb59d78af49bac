using Microsoft.ML.OnnxRuntime;

namespace LeafSeg.Common.Segmentation;

/// <summary>How a model file is run. The defaults run it on all cores of the processor.</summary>
public sealed record LeafModelOptions
{
    /// <summary>Requested providers in order; the first that really starts is used, the processor always last.</summary>
    public IReadOnlyList<ExecutionProvider> Providers { get; init; } = [ExecutionProvider.Cpu];

    /// <summary>Threads of one run on the processor; 0 leaves it to ONNX Runtime (one a core).</summary>
    public int Threads { get; init; }

    /// <summary>Lowest score to report in place of the metadata's; it cannot bring back what the graph itself drops.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Which GPU, counted from 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Where TensorRT keeps the engines it builds, in a folder for each model, driver and GPU; null: they are built at each start, which
    /// takes minutes.
    /// </summary>
    public string? TensorRtCacheFolder { get; init; }

    internal SessionOptions ToSessionOptions()
    {
        SessionOptions settings = new()
        {
            IntraOpNumThreads = Threads,
            // What matters comes as an exception; the runtime's own warnings would go to stderr past the log.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Its threads would keep looking for work after a run, on the cores that then measure leaves.
        settings.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return settings;
    }
}
