using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.ModelTraining.Export;

/// <summary>Makes the golden cases of a model's metadata; <see cref="GoldenCheck"/> runs them again on the rig.</summary>
internal static class GoldenRecord
{
    /// <summary>Half precision and other processors move borders by a pixel here and there, never by this much.</summary>
    private const double AreaTolerance = 0.05;

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
            int[] areas = GoldenCheck.AreasSeen(model, picture);
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
}
