using System.Globalization;
using System.Reflection;
using LeafSeg.Common.Tracking;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.Benchmarks.Tracking;

/// <summary>Fits the tracker's weights by random search to rendered time lapses: the rest of the plants says whether it holds.</summary>
internal static class TrackingFit
{
    public static int Run(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("usage: tracking-fit FOLDER MINUTES [MODEL], rendered time lapses only: what ships is fitted to nothing else");
            return 2;
        }

        DateTime end = DateTime.UtcNow.AddMinutes(double.Parse(args[1], CultureInfo.InvariantCulture));
        TrackingData data = new(args[0], group: null, args.Length > 2 ? args[2] : null);
        IReadOnlyList<LapsePicture[]>[] conditions =
        [
            data.TrueMasks(every: 6), data.Disturbed(1), data.Disturbed(2), .. data.HasModel ? new[] { data.ModelMasks(), data.ModelMasks(every: 6) } : [],
        ];
        PropertyInfo[] numbers = [.. typeof(TrackingWeights).GetProperties().Where(property => property.PropertyType == typeof(double) && property.Name != nameof(TrackingWeights.PresentScore))];
        Random random = new(1);
        TrackingWeights best = TrackingWeights.Fitted;
        double most = Score(conditions, best);
        Say(most, best, numbers);
        for (int tried = 0; DateTime.UtcNow < end; tried++)
        {
            // A few numbers at a time, by steps that may be large or small.
            TrackingWeights candidate = best with { };
            double step = .4 * Math.Pow(random.NextDouble(), 2);
            foreach (PropertyInfo number in numbers.Where(_ => random.NextDouble() < .25))
            {
                number.SetValue(candidate, (double)number.GetValue(candidate)! * Math.Exp(step * ((2 * random.NextDouble()) - 1)));
            }

            double score = Score(conditions, candidate);
            if (score > most)
            {
                (most, best) = (score, candidate);
                Console.WriteLine($"after {tried + 1}");
                Say(most, best, numbers);
            }
        }

        return 0;
    }

    public static Func<LapsePicture, IdentifiedPicture> Ours() => With(TrackingWeights.Fitted);

    /// <summary>Mean of HOTA's association and of the steps that keep the right leaf, less the error of the count that holds.</summary>
    private static double Score(IReadOnlyList<LapsePicture[]>[] conditions, TrackingWeights weights) => conditions.AsParallel().Average(lapses =>
    {
        TrackScore score = TrackScore.Combine([.. lapses.Select(lapse => TrackScore.Of(lapse, With(weights)))]);
        return ((score.Hota.AssA + score.Identity.Idf1 + score.Clear.RightStep) / 3) - (.1 * score.MeanStableDiC / Math.Max(.2, score.MeanRawDiC));
    });

    private static Func<LapsePicture, IdentifiedPicture> With(TrackingWeights weights)
    {
        PlantTracker tracker = new(weights);
        return picture => IdentifiedPicture.Of(tracker.Observe(picture.Sighting));
    }

    private static void Say(double score, TrackingWeights weights, PropertyInfo[] numbers) => Console.WriteLine(
        $"{score.ToString("0.00000", CultureInfo.InvariantCulture)}  {string.Join(", ", numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Name} = {number.GetValue(weights):0.###}")))}");
}
