using System.Text.RegularExpressions;
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
/// elsewhere. That proves this session on this machine at start; it is no evidence of speed.
/// </remarks>
internal static partial class Accelerator
{
    /// <summary>The first requested accelerator that works, or null for the processor.</summary>
    /// <param name="file">The model's bytes, already known to fit the contract.</param>
    /// <param name="digest">The model's digest.</param>
    /// <param name="metadata">What the file states about itself.</param>
    /// <param name="options">The requested providers, in order.</param>
    /// <param name="note">Why a requested provider before it cannot be used; null when the first one works.</param>
    public static (InferenceSession Session, ExecutionProvider Provider)? Start(
        byte[] file, string digest, ModelMetadata metadata, LeafModelOptions options, out string? note)
    {
        List<string> refusals = [];
        (InferenceSession, ExecutionProvider)? started = null;
        foreach (ExecutionProvider requested in options.Providers.TakeWhile(provider => provider != ExecutionProvider.Cpu))
        {
            try
            {
                started = (Start(requested, file, digest, metadata, options), requested);
                break;
            }
            catch (Exception e) when (e is OnnxRuntimeException or AcceleratorRefusedException or ModelFileException
                or DllNotFoundException or EntryPointNotFoundException)
            {
                refusals.Add($"{requested.Name()} cannot be used: {Reason(e)}");
            }
        }

        note = refusals.Count == 0 ? null : string.Join("; ", refusals);
        return started;
    }

    /// <summary>In one line, and without the place in ONNX Runtime's source.</summary>
    internal static string Reason(Exception e)
    {
        string line = string.Join(' ', e.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return RuntimePrefix().Replace(line, "");
    }

    private static InferenceSession Start(ExecutionProvider requested, byte[] file, string digest, ModelMetadata metadata, LeafModelOptions options)
    {
        string[] built = OrtEnv.Instance().GetAvailableProviders();
        if (!built.Contains(requested.RuntimeName()))
        {
            throw new AcceleratorRefusedException(
                $"this build of ONNX Runtime has {string.Join(", ", built)} only; install one with {requested.RuntimeName()} or set the provider to CPU");
        }

        DirectoryInfo scratch = Directory.CreateTempSubdirectory("leafseg-profile-");
        InferenceSession? session = null;
        try
        {
            using SessionOptions settings = options.ToSessionOptions();
            Append(settings, requested, digest, options);
            settings.EnableProfiling = true;
            settings.ProfileOutputPathPrefix = Path.Combine(scratch.FullName, "run");
            session = new InferenceSession(file, settings);
            ModelContract.Run(session, new RgbImage(metadata.InputSize, metadata.InputSize), metadata, metadata.Name);
            Require(requested, NodeRun.ReadProfile(session.EndProfiling()));
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

    private static void Append(SessionOptions settings, ExecutionProvider requested, string digest, LeafModelOptions options)
    {
        if (requested == ExecutionProvider.TensorRt)
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
            settings["trt_engine_cache_enable"] = "1";
            settings["trt_engine_cache_path"] = EngineCache.FolderFor(cache, digest);
            settings["trt_timing_cache_enable"] = "1";
            settings["trt_timing_cache_path"] = cache;
        }

        return settings;
    }

    /// <exception cref="AcceleratorRefusedException">The network did not run on the requested provider.</exception>
    internal static void Require(ExecutionProvider requested, IReadOnlyList<NodeRun> nodes)
    {
        int there = nodes.Count(node => node.Provider == requested.RuntimeName());
        int convolutionsElsewhere = nodes.Count(node =>
            node.Provider != requested.RuntimeName() && node.Operator.Contains("Conv", StringComparison.Ordinal));
        if (there == 0 || convolutionsElsewhere > 0)
        {
            throw new AcceleratorRefusedException(
                $"it ran {there} of {nodes.Count} nodes, and {convolutionsElsewhere} convolutions ran elsewhere; check the driver and its libraries");
        }
    }

    [GeneratedRegex(@"^.*\[ONNXRuntimeError\] : \d+ : \w+ : ")]
    private static partial Regex RuntimePrefix();
}
