namespace LeafSeg.Common.Tracking;

/// <summary>
/// Logarithm of a leaf's area and its relative growth rate a day, with what is not known of either: a Kalman filter whose rate
/// walks at random. Its use is to expect the next area; the rate that is published comes from the areas themselves.
/// </summary>
/// <param name="Log">Natural logarithm of the area in pixels.</param>
/// <param name="Rate">A day.</param>
/// <param name="LogVariance">Of <paramref name="Log"/>.</param>
/// <param name="Covariance">Of both.</param>
/// <param name="RateVariance">Of <paramref name="Rate"/>.</param>
internal readonly record struct GrowthFilter(double Log, double Rate, double LogVariance, double Covariance, double RateVariance)
{
    /// <summary>Rates beyond these are not expected of the next days.</summary>
    private const double LeastRate = -.3, MostRate = 1.2;

    /// <summary>What is expected of a leaf seen once: the smaller beside the plant's largest, the faster it grows.</summary>
    /// <param name="area">Pixels.</param>
    /// <param name="share">Its area over that of the plant's largest leaf, 0..1.</param>
    /// <param name="weights">What is expected of leaves.</param>
    public static GrowthFilter Of(double area, double share, TrackingWeights weights) => new(
        Math.Log(area), weights.YoungRate * Math.Pow(Math.Max(0, 1 - share), weights.YoungPower),
        weights.Measured * weights.Measured, 0, weights.RateDeviation * weights.RateDeviation);

    public GrowthFilter After(double days, TrackingWeights weights) => new(
        Log + (Math.Clamp(Rate, LeastRate, MostRate) * days), Rate,
        LogVariance + (2 * days * Covariance) + (days * days * RateVariance) + (weights.LogWalk * weights.LogWalk * days),
        Covariance + (days * RateVariance),
        RateVariance + (weights.RateWalk * weights.RateWalk * days));

    /// <summary>Takes in an area. What is far from all expectation (a leaf half covered) changes the rate by little.</summary>
    public GrowthFilter Measure(double area, TrackingWeights weights)
    {
        double difference = Math.Log(area) - Log;
        double spread = LogVariance + (weights.Measured * weights.Measured);
        double reach = 2 * Math.Sqrt(spread);
        double heeded = Math.Clamp(difference, -reach, reach);
        (double logGain, double rateGain) = (LogVariance / spread, Covariance / spread);
        return new GrowthFilter(
            Math.Log(area) + ((1 - logGain) * -heeded), Rate + (rateGain * heeded),
            LogVariance * (1 - logGain), Covariance * (1 - logGain), RateVariance - (rateGain * Covariance));
    }

    /// <summary>The picture was enlarged.</summary>
    public GrowthFilter Scaled(double scale) => this with { Log = Log + (2 * Math.Log(scale)) };
}
