using System.Security.Cryptography;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using Microsoft.ML.OnnxRuntime;
using ModelMetadata = LeafSeg.Common.Models.ModelMetadata;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// An opened model file: pixels in, leaves out. <see cref="Find(RgbImage)"/> may be called from several threads at once;
/// <see cref="Dispose"/> only when none of them is inside.
/// </summary>
public sealed class LeafModel : IDisposable
{
    private readonly InferenceSession session;
    private bool isDisposed;

    private LeafModel(InferenceSession session, ModelMetadata metadata, string digest, float scoreThreshold, int threads, ExecutionProvider provider, string? note)
    {
        this.session = session;
        ScoreThreshold = scoreThreshold;
        Metadata = metadata;
        Digest = digest;
        Provider = provider.Name();
        AtOnce = provider != ExecutionProvider.Cpu ? 1 : threads > 0 ? threads : Environment.ProcessorCount;
        ProviderNote = note;
    }

    /// <summary>What the file states about itself.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>"sha256:" and 64 hexadecimal digits of the very bytes that were loaded.</summary>
    public string Digest { get; }

    /// <summary>Its layers compute in 8-bit integers.</summary>
    public required bool IsInIntegers { get; init; }

    /// <summary>The file that was opened.</summary>
    public required string File { get; init; }

    /// <summary>Digest of the file that this one measures in place of (<see cref="ProvenModel"/>); null: it is the one that was requested.</summary>
    public string? InPlaceOf { get; private set; }

    /// <summary>Why it is not the file that was requested, in words for log, info and doctor; null when it is.</summary>
    public string? FileNote { get; private set; }

    /// <summary>
    /// How many pictures it looks at at the same time to be done soonest: each core that it may use has one of its own, a GPU takes one after the other.
    /// </summary>
    public int AtOnce { get; }

    /// <summary>What computes, proven by a run as <see cref="Accelerator"/> describes: "CPU", "CUDA" or "TensorRT".</summary>
    public string Provider { get; }

    /// <summary>Why it is not the provider requested first, for log and health; null when it is.</summary>
    public string? ProviderNote { get; }

    /// <summary>Lowest score that <see cref="Find(RgbImage)"/> reports: the file's, or the one set over it.</summary>
    public float ScoreThreshold { get; }

    /// <summary>
    /// Opens a model, checks it against the contract, and runs it once on an empty picture: what is wrong shows now and
    /// not at the first trigger, and what the first run costs (minutes, where TensorRT builds an engine) is paid here.
    /// </summary>
    /// <exception cref="ModelFileException">The file is missing, broken, or breaks the contract.</exception>
    public static LeafModel Open(string path, LeafModelOptions? options = null)
    {
        options ??= new LeafModelOptions();
        byte[] file = ReadFile(path);
        string digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";

        // The names of a graph's operators are in the file as plain text.
        bool isInIntegers = file.AsSpan().IndexOf("QuantizeLinear"u8) >= 0;

        // The processor's session judges the file, and is the one that stays if nothing faster starts.
        InferenceSession? onProcessor = StartOnProcessor(path, file, options);
        try
        {
            ModelMetadata metadata = ModelMetadata.Parse(onProcessor.ModelMetadata.CustomMetadataMap, path);
            ModelContract.CheckSignature(onProcessor, metadata, path);
            ModelContract.Run(onProcessor, new RgbImage(metadata.InputSize, metadata.InputSize), metadata, path);
            float threshold = options.ScoreThreshold ?? metadata.ScoreThreshold;

            (InferenceSession Session, ExecutionProvider Provider)? faster = Accelerator.Start(file, digest, metadata, options, out string? note);
            if (faster is { } found)
            {
                return new LeafModel(found.Session, metadata, digest, threshold, options.Threads, found.Provider, note) { File = path, IsInIntegers = isInIntegers };
            }

            LeafModel model = new(onProcessor, metadata, digest, threshold, options.Threads, ExecutionProvider.Cpu, note) { File = path, IsInIntegers = isInIntegers };
            onProcessor = null;
            return model;
        }
        finally
        {
            onProcessor?.Dispose();
        }
    }

    /// <summary>Finds the leaves of a picture of any size: letterboxed, run, boxes brought back to the picture's own pixels.</summary>
    /// <returns>Falling by score; empty where there is no plant.</returns>
    /// <exception cref="ModelFileException">The model's answer breaks the contract (<see cref="ModelFault.Answer"/>).</exception>
    public IReadOnlyList<LeafInstance> Find(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Find(picture, ScoreThreshold);
    }

    /// <summary>Frees the session's native memory.</summary>
    public void Dispose()
    {
        isDisposed = true;
        session.Dispose();
    }

    internal void TakenInPlaceOf(string digest, string note) => (InPlaceOf, FileNote) = (digest, note);

    /// <summary>The same, with what lies below the threshold, down to what the graph itself drops.</summary>
    public IReadOnlyList<LeafInstance> Find(RgbImage picture, float scoreThreshold)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Letterbox letterbox = Metadata.LetterboxFor(picture.Width, picture.Height);
        IReadOnlyList<LeafInstance> found = ModelContract.Run(session, letterbox.Apply(picture), Metadata, Metadata.Name);
        return [.. found
            .Where(leaf => leaf.Score >= scoreThreshold)
            .Select(leaf => leaf with { Box = letterbox.ToSource(leaf.Box) })];
    }

    private static byte[] ReadFile(string path)
    {
        byte[] file;
        try
        {
            file = System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string found = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : $"cannot be read ({e.Message})";
            throw new ModelFileException(ModelFault.Missing, $"{path}: {found}, expected a model file (.onnx); check the path", e);
        }

        return file.Length > 0
            ? file
            : throw new ModelFileException(ModelFault.NotAModel, $"{path}: the file is empty, expected an ONNX model; copy or export it again");
    }

    private static InferenceSession StartOnProcessor(string path, byte[] file, LeafModelOptions options)
    {
        try
        {
            using SessionOptions settings = options.ToSessionOptions();
            return new InferenceSession(file, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFileException(ModelFault.NotAModel,
                $"{path}: {file.Length} bytes that are not a whole ONNX model ({e.Message}); copy or export it again", e);
        }
    }
}
