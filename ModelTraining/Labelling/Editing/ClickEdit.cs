using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>Asks for a new leaf at a point; the model turns it into a <see cref="MaskEdit"/>.</summary>
internal sealed record ClickEdit : LabelEdit
{
    public required double X { get; init; }

    public required double Y { get; init; }

    public override PixelBox Extent(LabelMap map) => throw Unresolved();

    public override ushort Apply(LabelMap map, PixelBox extent) => throw Unresolved();

    private static InvalidOperationException Unresolved() => new("A click has no pixels until the model was asked.");
}
