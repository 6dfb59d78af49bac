using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>What the model draws on a picture.</summary>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="Runs">The whole label map, see <see cref="LabelRuns"/>.</param>
/// <param name="Scores">How sure the model is of each leaf, by its label.</param>
internal sealed record Draft(int Width, int Height, byte[] Runs, IReadOnlyDictionary<ushort, float> Scores)
{
    /// <summary>0, sure, to 1: one less the mean of the leaves' scores; 1 where no leaf was found.</summary>
    public double Doubt => Scores.Count == 0 ? 1 : 1 - Scores.Values.Average();

    public LabelMap Map()
    {
        LabelMap map = new(Width, Height);
        LabelRuns.Decode(Runs, map, new PixelBox(0, 0, Width, Height));
        return map;
    }
}
