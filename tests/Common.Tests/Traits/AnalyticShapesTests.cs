using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;

namespace LeafSeg.Common.Tests.Traits;

/// <summary>
/// Shapes whose traits are known, from 400 px up, turned and moved by fractions of a pixel. A picture does not say where
/// between two pixels an edge runs: one disc of 400 px is counted as 396 to 406 pixels, depending on where it lies. So the
/// hundredth is asked of the mean over many places, and of each single one a hundredth and half a pixel at either end.
/// </summary>
public sealed class AnalyticShapesTests
{
    private const int Places = 60;
    private const double HalfPixels = 1;

    [Theory]
    [InlineData(1, 400)]
    [InlineData(1, 2000)]
    [InlineData(1.5, 400)]
    [InlineData(1.5, 2000)]
    [InlineData(2, 400)]
    [InlineData(2, 2000)]
    [InlineData(4, 400)]
    [InlineData(4, 2000)]
    public void An_ellipse_is_measured_to_a_hundredth(double aspect, double area)
    {
        Measured mean = Mean(Shape.Ellipse, aspect, area);
        Assert.InRange(mean.Area, 0.99, 1.01);
        Assert.InRange(mean.Hull, 0.99, 1.01);
        Assert.InRange(mean.Length, 0.99, 1.01);
        Assert.InRange(mean.Perimeter, 0.99, 1.01);

        // The smallest of widths that are all the same is low by what they are uncertain of, 0.4 px.
        Assert.InRange(mean.Width, aspect == 1 && area < 2000 ? 0.98 : 0.99, 1.01);
    }

    /// <summary>No pixel shows a corner that is turned against the rows: each is 0.3 px short on average.</summary>
    [Theory]
    [InlineData(1, 400, 0.02)]
    [InlineData(1, 2000, 0.01)]
    [InlineData(2, 400, 0.02)]
    [InlineData(2, 2000, 0.01)]
    [InlineData(4, 400, 0.02)]
    [InlineData(4, 2000, 0.01)]
    public void A_turned_bar_is_measured_to_a_hundredth_but_for_its_corners(double aspect, double area, double corners)
    {
        Measured mean = Mean(Shape.Bar, aspect, area);
        Assert.InRange(mean.Area, 0.99, 1.01);
        Assert.InRange(mean.Hull, 0.99, 1.01);
        Assert.InRange(mean.Width, 0.99, 1.01);
        Assert.InRange(mean.Length, 1 - corners, 1.01);
        Assert.InRange(mean.Perimeter, 1 - corners, 1.01);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(40, 10)]
    [InlineData(25, 100)]
    public void A_bar_along_the_rows_is_measured_exactly(int width, int height)
    {
        LabelMap map = new(120, 120);
        for (int i = 0; i < width * height; i++)
        {
            map[5 + (i % width), 7 + (i / width)] = 1;
        }

        PlantTraits plant = PlantTraits.Measure(map);
        Assert.Equal((width * height, width * height), (plant.ProjectedLeafAreaPx, plant.ConvexHullAreaPx));
        Assert.Equal(Math.Sqrt((width * width) + (height * height)), plant.DiameterPx, 9);
        Assert.Equal(Math.Min(width, height), plant.Leaves[0].WidthPx, 9);
        Assert.Equal(2 * (width + height), plant.PerimeterPx, 9);
    }

    [Fact]
    public void The_outline_of_a_hollow_shape_is_measured_to_a_hundredth()
    {
        // Two discs of radius 20 whose middles are 30 apart: each loses the arc inside the other.
        const double Radius = 20, Apart = 30;
        double half = Math.Acos(Apart / 2 / Radius);
        double perimeter = 2 * Radius * ((2 * Math.PI) - (2 * half)), area = (2 * Math.PI * Radius * Radius) - (2 * Radius * Radius * (half - (Math.Sin(2 * half) / 2)));
        Random random = new(5);
        double meanPerimeter = 0, meanArea = 0;
        for (int place = 0; place < Places; place++)
        {
            (double angle, double x, double y) = (random.NextDouble() * Math.PI, 60 + random.NextDouble(), 60 + random.NextDouble());
            (double toX, double toY) = (x + (Apart * Math.Cos(angle)), y + (Apart * Math.Sin(angle)));
            PlantTraits plant = PlantTraits.Measure(Draw(130, (px, py) => Near(px - x, py - y) || Near(px - toX, py - toY)));
            Assert.InRange(plant.PerimeterPx, perimeter * 0.97, perimeter * 1.03);
            meanPerimeter += plant.PerimeterPx / perimeter / Places;
            meanArea += plant.ProjectedLeafAreaPx / area / Places;
        }

        Assert.InRange(meanPerimeter, 0.99, 1.01);
        Assert.InRange(meanArea, 0.99, 1.01);

        static bool Near(double dx, double dy) => (dx * dx) + (dy * dy) <= Radius * Radius;
    }

    [Fact]
    public void Millimetres_are_those_of_the_plane_where_it_is_stretched()
    {
        // A pixel covers 0.2 x 0.3 mm: the disc of 30 px is an ellipse of 6 x 9 mm.
        PlantTraits plant = PlantTraits.Measure(Draw(80, (x, y) => Math.Pow(x - 39.6, 2) + Math.Pow(y - 40.1, 2) <= 900), PictureScale.Plane([0.2, 0, 1, 0, 0.3, 2, 0, 0, 1]));
        LeafTraits leaf = Assert.Single(plant.Leaves);
        Assert.InRange(leaf.AreaMm2!.Value / (Math.PI * 6 * 9), 0.99, 1.01);
        Assert.InRange(leaf.LengthMm!.Value / 18, 0.99, 1.01);
        Assert.InRange(leaf.WidthMm!.Value / 12, 0.99, 1.01);
        Assert.InRange(leaf.PerimeterMm!.Value / EllipsePerimeter(6, 9), 0.99, 1.01);
        Assert.Equal(leaf.LengthMm, plant.DiameterMm);
    }

    /// <summary>Mean of measured over true.</summary>
    private static Measured Mean(Shape shape, double aspect, double smallest)
    {
        Random random = new(7);
        List<Measured> all = [];
        for (int place = 0; place < Places; place++)
        {
            double area = smallest * (1 + (0.3 * random.NextDouble()));
            double b = Math.Sqrt(area / aspect / (shape == Shape.Ellipse ? Math.PI : 4)), a = b * aspect;
            double angle = random.NextDouble() * Math.PI, middle = Math.Ceiling(a * 1.5) + 3;
            (double x, double y) = (middle + random.NextDouble(), middle + random.NextDouble());
            PlantTraits plant = PlantTraits.Measure(Draw((2 * (int)middle) + 2, (px, py) =>
            {
                double u = (((px - x) * Math.Cos(angle)) + ((py - y) * Math.Sin(angle))) / a;
                double v = (((py - y) * Math.Cos(angle)) - ((px - x) * Math.Sin(angle))) / b;
                return shape == Shape.Ellipse ? (u * u) + (v * v) <= 1 : Math.Abs(u) <= 1 && Math.Abs(v) <= 1;
            }));
            LeafTraits leaf = plant.Leaves[0];
            (double length, double perimeter) = shape == Shape.Ellipse ? (2 * a, EllipsePerimeter(a, b)) : (2 * Math.Sqrt((a * a) + (b * b)), 4 * (a + b));
            Assert.InRange(leaf.LengthPx, (length * 0.99) - HalfPixels, (length * 1.01) + HalfPixels);
            Assert.InRange(leaf.WidthPx, (2 * b * 0.99) - HalfPixels, (2 * b * 1.01) + HalfPixels);
            Assert.InRange(leaf.PerimeterPx, (perimeter * 0.99) - (4 * HalfPixels), (perimeter * 1.01) + (4 * HalfPixels));
            all.Add(new Measured(leaf.AreaPx / area, plant.ConvexHullAreaPx / area, leaf.LengthPx / length, leaf.WidthPx / (2 * b), leaf.PerimeterPx / perimeter));
        }

        return new Measured(all.Average(m => m.Area), all.Average(m => m.Hull), all.Average(m => m.Length), all.Average(m => m.Width), all.Average(m => m.Perimeter));
    }

    private static LabelMap Draw(int side, Func<double, double, bool> holds)
    {
        LabelMap map = new(side, side);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                map[x, y] = (ushort)(holds(x, y) ? 1 : 0);
            }
        }

        return map;
    }

    private static double EllipsePerimeter(double a, double b)
    {
        const int Steps = 10_000;
        return Enumerable.Range(0, Steps).Sum(i => (double.Tau / Steps) * Math.Sqrt(Math.Pow(a * Math.Sin(i * double.Tau / Steps), 2) + Math.Pow(b * Math.Cos(i * double.Tau / Steps), 2)));
    }

    private enum Shape
    {
        Ellipse,
        Bar,
    }

    private sealed record Measured(double Area, double Hull, double Length, double Width, double Perimeter);
}
