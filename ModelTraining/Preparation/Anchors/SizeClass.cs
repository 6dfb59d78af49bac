using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Preparation.Anchors;

/// <summary>Leaves whose box, as large as a square of side <paramref name="From"/> to <paramref name="To"/> px in the network's input.</summary>
internal sealed record SizeClass(float From, float To)
{
    public static IReadOnlyList<SizeClass> All { get; } =
        [new(0, 8), new(8, 16), new(16, 32), new(32, 64), new(64, 128), new(128, float.PositiveInfinity)];

    public string Name => float.IsPositiveInfinity(To) ? $"from {From} px" : From == 0 ? $"below {To} px" : $"{From} to {To} px";

    public bool Has(Box box) => MathF.Sqrt(box.Area) is float side && side >= From && side < To;
}
