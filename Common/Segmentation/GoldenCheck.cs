using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Proves that a model sees on this machine what it saw where it was exported: the golden cases of its metadata are run
/// again and compared.
/// </summary>
public static class GoldenCheck
{
    /// <summary>Half precision and other processors move borders by a pixel here and there, never by this much.</summary>
    private const double AreaTolerance = 0.05;

    private const int AlwaysAllowedPx = 3;

    /// <summary>A leaf whose score is nearer to the threshold than this could be there on one machine and gone on another.</summary>
    private const float ScoreMargin = 0.05f;

    /// <summary>
    /// Renders pictures for the metadata, from <paramref name="firstSeed"/> on, and keeps those with two leaves at least,
    /// none of them near the score threshold.
    /// </summary>
    /// <param name="model">The exported model, opened on the processor.</param>
    /// <param name="count">How many cases.</param>
    /// <param name="firstSeed">Where to begin; seeds that nothing was trained on.</param>
    /// <param name="sizePx">Width and height of the pictures.</param>
    /// <exception cref="InvalidOperationException">Hardly any picture will do: the model finds no leaves, or none clearly.</exception>
    public static IReadOnlyList<GoldenCase> Record(LeafModel model, int count, ulong firstSeed, int sizePx)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<GoldenCase> cases = [];
        int tries = 100 * count;
        for (ulong seed = firstSeed; cases.Count < count; seed++)
        {
            if (tries-- == 0)
            {
                throw new InvalidOperationException(
                    $"Found {cases.Count} of {count} golden pictures among {100 * count}: the model hardly finds two clear leaves anywhere; train it further.");
            }

            RgbImage picture = RosetteRenderer.Render(new RosetteSettings { Size = sizePx }, seed).Image;
            float threshold = model.ScoreThreshold;
            bool clear = model.Find(picture, threshold - ScoreMargin).All(leaf => leaf.Score >= threshold + ScoreMargin);
            int[] areas = AreasSeen(model, picture);
            if (clear && areas.Length >= 2)
            {
                cases.Add(new GoldenCase
                {
                    Png = ImageFile.Encode(picture, ".png"),
                    LeafCount = areas.Length,
                    AreasPx = areas,
                    AreaTolerance = AreaTolerance,
                });
            }
        }

        return cases;
    }

    /// <summary>What differs, a sentence a case; empty when the model sees what it should.</summary>
    /// <exception cref="ImageFileException">A golden case holds no picture.</exception>
    public static IReadOnlyList<string> Differences(LeafModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string[] differences = [.. model.Metadata.GoldenCases.Select((golden, i) => Difference(model, golden, $"golden picture {i + 1}")).OfType<string>()];
        return differences.Length == 0 || Processor.This.SumsBytesExactly || model.Provider != ExecutionProvider.Cpu.Name()
            ? differences
            : [.. differences, $"8-bit integers overflow on a processor without VNNI ({Processor.This.Name}): a model in float32 does not"];
    }

    private static string? Difference(LeafModel model, GoldenCase golden, string name)
    {
        int[] areas = AreasSeen(model, ImageFile.Decode(golden.Png, name));
        bool same = areas.Length == golden.LeafCount && areas.Zip(golden.AreasPx).All(pair =>
            Math.Abs(pair.First - pair.Second) <= Math.Max(AlwaysAllowedPx, golden.AreaTolerance * pair.Second));
        return same ? null : $"{name}: found {Text(areas)}, expected {Text(golden.AreasPx)} on {model.Provider}";
    }

    private static int[] AreasSeen(LeafModel model, RgbImage picture) =>
        [.. LeafMap.Paste(model.Find(picture, model.Metadata.ScoreThreshold), picture.Width, picture.Height).Areas().Select(leaf => leaf.Area).OrderDescending()];

    private static string Text(IReadOnlyCollection<int> areas) => $"{areas.Count} leaves of {string.Join(", ", areas)} px";
}
