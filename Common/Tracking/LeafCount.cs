namespace LeafSeg.Common.Tracking;

/// <summary>How many leaves a plant shows, estimated from the pictures so far.</summary>
/// <param name="Count">The most likely number.</param>
/// <param name="Low">Lower end of the central interval that holds the number with a chance of at least nine in ten.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct LeafCount(int Count, int Low, int High)
{
    private const double Tail = .05;

    /// <summary>Leaves that are there independently of one another: their number has a Poisson binomial distribution.</summary>
    /// <param name="presences">For each leaf the chance that it is there, 0..1.</param>
    internal static LeafCount Of(IEnumerable<double> presences)
    {
        double[] chance = [1];
        int count = 0;
        foreach (double presence in presences)
        {
            count += presence >= .5 ? 1 : 0;
            double[] next = new double[chance.Length + 1];
            for (int n = 0; n < chance.Length; n++)
            {
                next[n] += chance[n] * (1 - presence);
                next[n + 1] += chance[n] * presence;
            }

            chance = next;
        }

        (int low, int high) = (0, chance.Length - 1);
        for (double below = chance[0]; below < Tail; below += chance[low])
        {
            low++;
        }

        for (double above = chance[^1]; above < Tail; above += chance[high])
        {
            high--;
        }

        return new LeafCount(count, Math.Min(low, count), Math.Max(high, count));
    }
}
