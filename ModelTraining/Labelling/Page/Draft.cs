using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>What the model draws on a picture.</summary>
/// <param name="Width">Of the picture, in pixels.</param>
/// <param name="Height">Of the picture, in pixels.</param>
/// <param name="Runs">The whole label map, see <see cref="LabelRuns"/>.</param>
/// <param name="Scores">How sure the model is of each leaf, by its label.</param>
/// <param name="Doubt">How unsure it is of the picture, see <see cref="Common.Segmentation.Doubt"/>.</param>
internal sealed record Draft(int Width, int Height, byte[] Runs, IReadOnlyDictionary<ushort, float> Scores, double Doubt)
{
    public LabelMap Map()
    {
        LabelMap map = new(Width, Height);
        LabelRuns.Decode(Runs, map, new PixelBox(0, 0, Width, Height));
        return map;
    }
}
