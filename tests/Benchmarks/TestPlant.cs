using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.ModelTraining.Augmentation;

namespace LeafSeg.Benchmarks;

/// <summary>Rendered plants of one size as a network takes them.</summary>
internal static class TestPlant
{
    public static (RgbImage Image, Truth Truth) Render(int size, ulong seed)
    {
        Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = size }, seed);
        return (rendering.Image, Truth.From(rendering.Labels, Letterbox.Fit(size, size, size), minimumArea: 12));
    }
}
