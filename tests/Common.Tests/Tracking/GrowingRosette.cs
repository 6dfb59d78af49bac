using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tests.Tracking;

/// <summary>A rosette of ellipses that grow: which leaf is which is known at every moment.</summary>
internal sealed record GrowingRosette
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public int Size { get; init; } = 300;

    /// <summary>Leaf k appears after k of these days, the first four are there from the beginning.</summary>
    public double DaysPerLeaf { get; init; } = 1;

    /// <summary>Turns the pot, radians.</summary>
    public double Turn { get; init; }

    /// <summary>Moves the pot, pixels.</summary>
    public (double X, double Y) Shift { get; init; }

    public double Scale { get; init; } = 1;

    /// <summary>The angle of its first leaf: another plant has another.</summary>
    public double FirstAngle { get; init; }

    /// <summary>Leaves that are cut off, by their number from 1.</summary>
    public IReadOnlyList<int> Cut { get; init; } = [];

    /// <summary>How many leaves have appeared.</summary>
    public int LeavesAt(double days) => 4 + Math.Max(0, (int)Math.Floor(days / DaysPerLeaf));

    /// <summary>Label k is leaf k, the first one the oldest; younger leaves lie over older ones.</summary>
    public LabelMap Draw(double days)
    {
        LabelMap map = new(Size, Size);
        for (int leaf = 1; leaf <= LeavesAt(days); leaf++)
        {
            if (Cut.Contains(leaf))
            {
                continue;
            }

            double age = days + 3 - (Math.Max(0, leaf - 4) * DaysPerLeaf) - (leaf > 4 ? 2.5 : 0);
            double length = Scale * (8 + (60 / (1 + Math.Exp((5 - age) / 1.5))));
            double angle = FirstAngle + Turn + (leaf * 137.5 * Math.PI / 180);
            double x = (Size / 2.0) + Shift.X + (Math.Cos(angle) * length * .62), y = (Size / 2.0) + Shift.Y + (Math.Sin(angle) * length * .62);
            Ellipse(map, x, y, length / 2, length / 4, angle, (ushort)leaf);
        }

        return map;
    }

    public PlantSighting At(double days, Func<LabelMap, LabelMap>? change = null, double score = 1) =>
        Sighting(Begin.AddDays(days), change is null ? Draw(days) : change(Draw(days)), score);

    public static PlantSighting Sighting(DateTimeOffset time, LabelMap map, double score = 1) =>
        PlantSighting.Of(time, map, PlantPlace.Whole(map), PlantTraits.Measure(map), _ => score);

    public static void Ellipse(LabelMap map, double x, double y, double along, double across, double angle, ushort label)
    {
        (double sin, double cos) = Math.SinCos(angle);
        for (int row = Math.Max(0, (int)(y - along - 1)); row < Math.Min(map.Height, y + along + 1); row++)
        {
            for (int column = Math.Max(0, (int)(x - along - 1)); column < Math.Min(map.Width, x + along + 1); column++)
            {
                (double dx, double dy) = (column - x, row - y);
                (double u, double v) = (((dx * cos) + (dy * sin)) / along, ((dy * cos) - (dx * sin)) / across);
                if ((u * u) + (v * v) <= 1)
                {
                    map[column, row] = label;
                }
            }
        }
    }
}
