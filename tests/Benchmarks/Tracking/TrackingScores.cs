using System.Diagnostics;
using System.Globalization;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.Benchmarks.Tracking;

/// <summary>LeafSeg's tracker beside plain IoU and ByteTrack's rules on the same time lapses.</summary>
internal static class TrackingScores
{
    public static int Run(string[] args)
    {
        if (args.Length < 1)
        {
            Console.Error.WriteLine("usage: tracking FOLDER [MODEL|-] [GROUP], time lapses as leafseg-train synth --timelapse writes them, six pictures a day");
            return 2;
        }

        TrackingData data = new(args[0], args.Length > 2 ? args[2] : null, args.Length > 1 && args[1] != "-" ? args[1] : null);
        Table("true masks, six a day", data.TrueMasks());
        Table("true masks, one a day", data.TrueMasks(every: 6));
        Table("true masks, one a day, days missing, pots turned", data.Disturbed(1));
        if (data.HasModel)
        {
            Table("model's masks, six a day", data.ModelMasks());
            Table("model's masks, one a day", data.ModelMasks(every: 6));
        }

        return 0;
    }

    private static void Table(string condition, IReadOnlyList<LapsePicture[]> lapses)
    {
        Console.WriteLine();
        Console.WriteLine($"{condition}: {lapses.Count} plants, {lapses.Sum(lapse => lapse.Length)} pictures");
        Stopwatch watch = Stopwatch.StartNew();
        TrackScore ours = Score(lapses, TrackingFit.Ours);
        double each = watch.Elapsed.TotalMilliseconds / lapses.Sum(lapse => lapse.Length);
        TrackTable.Write(Console.Out,
        [
            ("LeafSeg", ours),
            ("plain IoU", Score(lapses, () => new PlainIou().Observe)),
            ("ByteTrack", Score(lapses, () => new ByteTrack().Observe)),
        ]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"LeafSeg: {each:0.00} ms a plant and picture, scores included"));
    }

    private static TrackScore Score(IReadOnlyList<LapsePicture[]> lapses, Func<Func<LapsePicture, IdentifiedPicture>> tracker) =>
        TrackScore.Combine([.. lapses.Select(lapse => TrackScore.Of(lapse, tracker()))]);
}
