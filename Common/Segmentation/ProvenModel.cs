using LeafSeg.Common.Models;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Opens a model only if it sees on this processor what it saw where it was exported. 8-bit integers overflow on some processors and
/// then miss leaves without a word; the same model in float32, <c>float32/NAME</c> beside it, is taken in its place.
/// </summary>
public static class ProvenModel
{
    private const string Float32Folder = "float32";

    /// <summary>
    /// The golden cases are run once for each file, processor and version of ONNX Runtime; their outcome is kept in <paramref name="memory"/>.
    /// A model on a GPU, or without golden cases, is opened as it is.
    /// </summary>
    /// <param name="path">The model file.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="memory">Null: the golden cases are run at each opening.</param>
    /// <param name="processor">Null: this machine's.</param>
    /// <exception cref="ModelFileException">It cannot be opened, or does not see its golden cases and there is no float32 file that does.</exception>
    public static LeafModel Open(string path, LeafModelOptions? options = null, ProofMemory? memory = null, Processor? processor = null)
    {
        LeafModel model = LeafModel.Open(path, options);
        try
        {
            if (Fault(model, memory, processor ?? Processor.This) is not { } fault)
            {
                return Handed(ref model!);
            }

            string twin = TwinOf(path);
            if (!File.Exists(twin))
            {
                throw new ModelFileException(ModelFault.Unproven, $"{path}: {fault}; expected what it saw where it was exported, or the same model in float32 as {twin}");
            }

            LeafModel inFloat32 = LeafModel.Open(twin, options);
            try
            {
                if (Fault(inFloat32, memory, processor ?? Processor.This) is { } second)
                {
                    throw new ModelFileException(ModelFault.Unproven, $"{path}: {fault}; and {twin}: {second}; expected a model that sees its golden cases here");
                }

                inFloat32.TakenInPlaceOf(model.Digest, $"{twin} measures in place of {Path.GetFileName(path)}, which does not see its golden cases on this processor ({fault})");
                return Handed(ref inFloat32!);
            }
            finally
            {
                inFloat32?.Dispose();
            }
        }
        finally
        {
            model?.Dispose();
        }
    }

    /// <summary>Where the same model in float32 lies, if there is one.</summary>
    public static string TwinOf(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Float32Folder, Path.GetFileName(path));

    /// <returns>Why this model may not measure here; null: it may.</returns>
    private static string? Fault(LeafModel model, ProofMemory? memory, Processor processor)
    {
        if (model.Provider != ExecutionProvider.Cpu.Name())
        {
            return null;
        }

        // What an earlier version remembers of integers on such a processor does not count.
        bool isKnown = !model.IsInIntegers || processor.SumsBytesExactly;
        if (isKnown && memory?.Find(model.Digest) is { } known)
        {
            return known.Length > 0 ? known : null;
        }

        string fault = string.Join("; ", GoldenCheck.Differences(model, processor));
        memory?.Keep(model.Digest, fault);
        return fault.Length > 0 ? fault : null;
    }

    private static LeafModel Handed(ref LeafModel? model)
    {
        LeafModel given = model!;
        model = null;
        return given;
    }
}
