using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = LeafSeg.Common.Models.ModelMetadata;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Starts a model on something faster than the processor, and finds out whether it really runs there.
/// </summary>
/// <remarks>
/// ONNX Runtime lists what it was built with, not what this machine has; it moves single nodes to the processor without
/// a word, and its own switch against that (session.disable_cpu_ep_fallback) refuses every detection model, because
/// shape arithmetic always stays on the processor. So one run is recorded with the runtime's profiler, which names the
/// provider of each node that ran: the accelerator counts as in use when some node ran on it and no convolution ran
/// elsewhere. That proves this session on this machine at start; it says nothing about speed.
/// </remarks>
internal static class Accelerator
{
    /// <summary>The first accelerator wished for that works, or null for the processor.</summary>
    /// <param name="file">The model's bytes, already known to fit the contract.</param>
    /// <param name="digest">The model's digest.</param>
    /// <param name="metadata">What the file says about itself.</param>
    /// <param name="options">The wishes.</param>
    /// <param name="note">Why a wish before the one that works was not met; null when the first one was.</param>
    public static (InferenceSession Session, ExecutionProvider Provider)? Start(
        byte[] file, string digest, ModelMetadata metadata, LeafModelOptions options, out string? note)
    {
        List<string> refusals = [];
        (InferenceSession, ExecutionProvider)? started = null;
        foreach (ExecutionProvider wish in options.Providers.TakeWhile(provider => provider != ExecutionProvider.Cpu))
        {
            try
            {
                started = (Start(wish, file, digest, metadata, options), wish);
                break;
            }
            catch (Exception e) when (e is OnnxRuntimeException or AcceleratorRefusedException or ModelFileException
                or DllNotFoundException or EntryPointNotFoundException)
            {
                refusals.Add($"{wish.Name()} cannot be used: {e.Message}");
            }
        }

        note = refusals.Count == 0 ? null : string.Join("; ", refusals);
        return started;
    }

    private static InferenceSession Start(ExecutionProvider wish, byte[] file, string digest, ModelMetadata metadata, LeafModelOptions options)
    {
        string[] built = OrtEnv.Instance().GetAvailableProviders();
        if (!built.Contains(wish.RuntimeName()))
        {
            throw new AcceleratorRefusedException(
                $"this build of ONNX Runtime has {string.Join(", ", built)} only; install one with {wish.RuntimeName()} or set the provider to CPU");
        }

        DirectoryInfo scratch = Directory.CreateTempSubdirectory("leafseg-profile-");
        InferenceSession? session = null;
        try
        {
            using SessionOptions settings = options.ToSessionOptions();
            Append(settings, wish, digest, options);
            settings.EnableProfiling = true;
            settings.ProfileOutputPathPrefix = Path.Combine(scratch.FullName, "run");
            session = new InferenceSession(file, settings);
            ModelContract.Run(session, new RgbImage(metadata.InputSize, metadata.InputSize), metadata, metadata.Name);
            Require(wish, NodeRun.ReadProfile(session.EndProfiling()));
            InferenceSession proven = session;
            session = null;
            return proven;
        }
        finally
        {
            session?.Dispose();
            scratch.Delete(recursive: true);
        }
    }

    private static void Append(SessionOptions settings, ExecutionProvider wish, string digest, LeafModelOptions options)
    {
        if (wish == ExecutionProvider.TensorRt)
        {
            using OrtTensorRTProviderOptions tensorRt = new();
            tensorRt.UpdateOptions(TensorRtOptions(digest, options));
            settings.AppendExecutionProvider_Tensorrt(tensorRt);
        }

        // Behind TensorRT too: what TensorRT does not take should not fall further than to CUDA.
        using OrtCUDAProviderOptions cuda = new();
        cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = $"{options.DeviceId}" });
        settings.AppendExecutionProvider_CUDA(cuda);
    }

    private static Dictionary<string, string> TensorRtOptions(string digest, LeafModelOptions options)
    {
        Dictionary<string, string> settings = new() { ["device_id"] = $"{options.DeviceId}" };
        if (options.TensorRtCacheFolder is { } cache)
        {
            EngineCache engines = new(cache, EngineCache.ThisMachine(options.DeviceId));
            settings["trt_engine_cache_enable"] = "1";
            settings["trt_engine_cache_path"] = engines.FolderFor(digest);
            settings["trt_timing_cache_enable"] = "1";
            settings["trt_timing_cache_path"] = engines.TimingFolder;
        }

        return settings;
    }

    /// <exception cref="AcceleratorRefusedException">The network did not run on the provider wished for.</exception>
    internal static void Require(ExecutionProvider wish, IReadOnlyList<NodeRun> nodes)
    {
        int there = nodes.Count(node => node.Provider == wish.RuntimeName());
        int convolutionsElsewhere = nodes.Count(node =>
            node.Provider != wish.RuntimeName() && node.Operator.Contains("Conv", StringComparison.Ordinal));
        if (there == 0 || convolutionsElsewhere > 0)
        {
            throw new AcceleratorRefusedException(
                $"it ran {there} of {nodes.Count} nodes, and {convolutionsElsewhere} convolutions ran elsewhere; check the driver and its libraries");
        }
    }
}
