using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;

namespace LeafSeg.EdgeAgent.Updates.Proof;

/// <summary>
/// Proves a model: first the file as it lies there, then in a session on the real provider. The file is hostile until it
/// has passed, so this runs in a process of its own (<see cref="ProofProcess"/>).
/// </summary>
internal static class ModelProof
{
    /// <summary>Operator sets that the exporter writes and the runtime here knows.</summary>
    private const int OldestOpset = 17, NewestOpset = 23;

    private const int MostPixels = 4096, MostMaskCells = 256, MostDetections = 10_000, MostGolden = 16, LargestGoldenPx = 2048;

    /// <summary>What the file alone shows.</summary>
    /// <exception cref="UnprovenException">It is refused.</exception>
    public static ModelMetadata CheckFile(ReadOnlySpan<byte> file, ProofOptions limits)
    {
        if (file.Length > limits.MaxFileMegabytes * 1e6)
        {
            throw Unproven($"a file of {file.Length / 1e6:0.0} MB", $"{limits.MaxFileMegabytes} MB at most (updates.proof.maxFileMegabytes)");
        }

        OnnxOutline outline = OnnxOutline.Read(file, limits);
        if (outline.Opset is not (>= OldestOpset and <= NewestOpset))
        {
            throw Unproven($"operator set {outline.Opset?.ToString(CultureInfo.InvariantCulture) ?? "of no version"}", $"{OldestOpset} to {NewestOpset}");
        }

        ModelMetadata metadata = Parse(outline);
        RequireRange("leafseg.input_size", metadata.InputSize, MostPixels);
        RequireRange("leafseg.input_largest", metadata.Inputs?.Largest ?? 0, MostPixels);
        RequireRange("leafseg.mask_size", metadata.MaskSize, MostMaskCells);
        RequireRange("leafseg.max_detections", metadata.MaxDetections, MostDetections);
        int side = metadata.Inputs is null ? metadata.InputSize : -1;
        RequireEnds("inputs", outline.Inputs, mayBeOpen: false, ("image", OnnxTensor.Uint8, [1, side, side, 3]));
        RequireEnds("outputs", outline.Outputs, mayBeOpen: true,
            ("boxes", OnnxTensor.Float32, [-1, 4]),
            ("scores", OnnxTensor.Float32, [-1]),
            ("masks", OnnxTensor.Float32, [-1, metadata.MaskSize, metadata.MaskSize]));
        RequireGolden(metadata.GoldenCases);
        return metadata;
    }

    /// <summary>Opens the model and runs its golden cases.</summary>
    /// <returns>Milliseconds that one picture takes, the provider that computed, and why it is not the one requested.</returns>
    /// <exception cref="UnprovenException">It sees something else, is too slow, or does not run.</exception>
    public static (double InferMs, string Provider, string? Note) Run(string file, LeafModelOptions options, ProofOptions limits)
    {
        try
        {
            using LeafModel model = LeafModel.Open(file, options);
            IReadOnlyList<string> differences = GoldenCheck.Differences(model);
            if (differences.Count > 0)
            {
                throw new UnprovenException(string.Join("; ", differences));
            }

            double inferMs = MeasureMs(model);
            return inferMs > limits.MaxInferMs
                ? throw Unproven($"{inferMs:0} ms for one picture", $"{limits.MaxInferMs} ms at most (updates.proof.maxInferMs)")
                : (inferMs, model.Provider, model.ProviderNote);
        }
        catch (Exception e) when (e is ModelFileException or ImageFileException)
        {
            throw new UnprovenException(e.Message, e);
        }
    }

    /// <summary>The better of two runs at the largest input: the first one after the golden cases may still be warming something up.</summary>
    private static double MeasureMs(LeafModel model)
    {
        int side = model.Metadata.Inputs?.Largest ?? model.Metadata.InputSize;
        RgbImage picture = new(side, side);
        return Enumerable.Range(0, 2).Min(_ =>
        {
            long begin = Stopwatch.GetTimestamp();
            model.Find(picture);
            return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        });
    }

    private static ModelMetadata Parse(OnnxOutline outline)
    {
        try
        {
            return ModelMetadata.Parse(outline.Properties, "the model");
        }
        catch (ModelFileException e)
        {
            throw new UnprovenException(e.Message, e);
        }
    }

    private static void RequireRange(string key, int found, int most)
    {
        if (found > most)
        {
            throw Unproven($"the metadata key \"{key}\" {found}", $"{most} at most");
        }
    }

    private static void RequireEnds(
        string what, Dictionary<string, OnnxTensor> found, bool mayBeOpen, params (string Name, int Type, long[] Shape)[] contract)
    {
        bool fits = found.Count == contract.Length && contract.All(end =>
            found.TryGetValue(end.Name, out OnnxTensor? tensor) && tensor.Fits(new OnnxTensor(end.Type, end.Shape), mayBeOpen));
        if (!fits)
        {
            throw Unproven(
                $"the {what} {string.Join(", ", found.Select(end => $"{end.Key} {end.Value}"))}",
                string.Join(", ", contract.Select(end => $"{end.Name} {new OnnxTensor(end.Type, end.Shape)}")));
        }
    }

    private static void RequireGolden(IReadOnlyList<GoldenCase> cases)
    {
        if (cases.Count is 0 or > MostGolden)
        {
            throw Unproven($"{cases.Count} golden cases", $"1 to {MostGolden}: without them nothing can be proven here; export the model again");
        }

        foreach (GoldenCase golden in cases)
        {
            if (golden.SizePx() is not ( > 0 and <= LargestGoldenPx, > 0 and <= LargestGoldenPx))
            {
                throw Unproven(
                    $"a golden picture of {(golden.SizePx() is { } size ? $"{size.Width} x {size.Height} px" : $"{golden.Png.Length} bytes")}",
                    $"a PNG of up to {LargestGoldenPx} x {LargestGoldenPx} px");
            }

            if (golden.LeafCount != golden.AreasPx.Count || golden.AreaTolerance is not (>= 0 and <= 0.2))
            {
                throw Unproven(
                    $"a golden case with {golden.LeafCount} leaves, {golden.AreasPx.Count} areas and tolerance {golden.AreaTolerance}",
                    "an area for each leaf, and a tolerance of 0 to 0.2");
            }
        }
    }

    private static UnprovenException Unproven(FormattableString found, string expected) =>
        new($"found {FormattableString.Invariant(found)}; expected {expected}");
}
