using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>From masks inside boxes to one label for each pixel of the picture.</summary>
public static class LeafMap
{
    public static LabelMap Paste(IReadOnlyList<LeafInstance> leaves, int width, int height) => throw new NotImplementedException();
}
