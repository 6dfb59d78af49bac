using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Proves that a model sees on this machine what it saw where it was exported: the golden cases of its metadata are run
/// again and compared.
/// </summary>
public static class GoldenCheck
{
    private const int AlwaysAllowedPx = 3;

    /// <summary>
    /// What differs, a sentence a case; empty when the model sees what it should. A model in 8-bit integers sees nothing right on a
    /// processor that overflows: a few golden cases may well come out as they should, and other pictures do not.
    /// </summary>
    /// <param name="model">Is run, unless its processor overflows.</param>
    /// <param name="processor">Null: this machine's.</param>
    /// <exception cref="ImageFileException">A golden case holds no picture.</exception>
    public static IReadOnlyList<string> Differences(LeafModel model, Processor? processor = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        processor ??= Processor.This;
        return model.IsInIntegers && !processor.SumsBytesExactly && model.Provider == ExecutionProvider.Cpu.Name()
            ? [$"found a model in 8-bit integers, whose sums overflow on a processor without VNNI ({processor.Name}); expected one in float32"]
            : [.. model.Metadata.GoldenCases.Select((golden, i) => Difference(model, golden, $"golden picture {i + 1}")).OfType<string>()];
    }

    /// <summary>Areas of the leaves that a model finds in a picture, in its pixels, the largest first.</summary>
    public static int[] AreasSeen(LeafModel model, RgbImage picture) =>
        [.. LeafMap.Share(model.Find(picture, model.Metadata.ScoreThreshold), picture.Width, picture.Height).Areas().Select(leaf => leaf.Area).OrderDescending()];

    private static string? Difference(LeafModel model, GoldenCase golden, string name)
    {
        int[] areas = AreasSeen(model, PlainPng.TryDecode(golden.Png) ?? ImageFile.Decode(golden.Png, name));
        bool same = areas.Length == golden.LeafCount && areas.Zip(golden.AreasPx).All(pair =>
            Math.Abs(pair.First - pair.Second) <= Math.Max(AlwaysAllowedPx, golden.AreaTolerance * pair.Second));
        return same ? null : $"{name}: found {Text(areas)}, expected {Text(golden.AreasPx)} on {model.Provider}";
    }

    private static string Text(IReadOnlyCollection<int> areas) => $"{areas.Count} leaves of {string.Join(", ", areas)} px";
}
