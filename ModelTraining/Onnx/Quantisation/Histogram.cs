namespace LeafSeg.ModelTraining.Onnx.Quantisation;

/// <summary>How often one value of a graph took which numbers, in equal bins over the whole range that it took.</summary>
internal sealed class Histogram
{
    private const int Bins = 2048;

    /// <summary>Shares of the whole range that are tried.</summary>
    private const int Trials = 80;

    private readonly float lowest;
    private readonly double width;
    private readonly long[] counts = new long[Bins];

    public Histogram(float lowest, float highest)
    {
        this.lowest = Math.Min(lowest, 0);
        width = Math.Max((Math.Max(highest, 0) - this.lowest) / (double)Bins, 1e-30);
    }

    public void Add(ReadOnlySpan<float> numbers)
    {
        float binsPerUnit = (float)(1 / width);
        foreach (float number in numbers)
        {
            counts[Math.Clamp((int)((number - lowest) * binsPerUnit), 0, Bins - 1)]++;
        }
    }

    /// <summary>
    /// The grid with the least squared error: a narrower one is finer for the many small numbers and cuts off the few
    /// large ones.
    /// </summary>
    public Grid BestGrid()
    {
        double highest = lowest + (width * Bins);
        Grid best = default;
        double least = double.PositiveInfinity;
        for (int trial = Trials; trial > Trials / 5; trial--)
        {
            double share = trial / (double)Trials;
            Grid grid = Grid.Over((float)(lowest * share), (float)(highest * share));
            double error = SquaredError(lowest * share, highest * share, grid.Scale);
            if (error < least)
            {
                (least, best) = (error, grid);
            }
        }

        return best;
    }

    private double SquaredError(double low, double high, double scale)
    {
        // Rounding to a grid leaves an error that is spread evenly over one step.
        double rounding = scale * scale / 12;
        double error = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            double start = lowest + (bin * width);
            if (counts[bin] == 0 || (start <= 0 && start + width > 0))
            {
                // Exact zeros, what a ReLU leaves of most, are on every grid.
                continue;
            }

            double centre = start + (width / 2);
            double cut = centre - Math.Clamp(centre, low, high);
            error += counts[bin] * (cut == 0 ? rounding : cut * cut);
        }

        return error;
    }
}
