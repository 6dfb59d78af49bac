using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tracking;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tracking;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>evaluate --tracks: how well leaves are followed through labelled time lapses.</summary>
internal static class TrackScoring
{
    public static int Run(LeafFinder finder, LabelledPictures data, SeriesOptions.SeriesRules rules, int every, string? json, CancellationToken cancellation)
    {
        PlantSeries[] plants = [.. rules.Of(data).Select(plant => plant.Every(every))];
        foreach ((string name, string why) in plants.SelectMany(plant => plant.LeftOut))
        {
            Console.Error.WriteLine($"{name}: left out, {why}");
        }

        if (plants.All(plant => plant.Moments.Count < 2))
        {
            throw new DatasetException(
                $"{data.Folder}: no plant has two pictures ({plants.Length} plants: {string.Join(", ", plants.Take(3).Select(plant => plant.Plant))}), expected time lapses; "
                + "name the part of a picture's name that is the plant's with --group");
        }

        TimeLapses lapses = TimeLapses.Read(data, plants, finder, cancellation);
        (string Plant, TrackScore Score)[] Each(IReadOnlyList<IReadOnlyList<LapsePicture>> of) => [.. plants.Zip(of, (plant, pictures) => (plant.Plant, Score(pictures)))];
        (string Plant, TrackScore Score)[] model = Each(lapses.ModelMasks!), truth = Each(lapses.TrueMasks);
        TrackScore ofModel = TrackScore.Combine([.. model.Select(plant => plant.Score)]), ofTruth = TrackScore.Combine([.. truth.Select(plant => plant.Score)]);
        if (ofTruth.Clear.Steps == 0)
        {
            throw new DatasetException(
                $"{data.Folder}: no leaf has the same label in two pictures of a plant, expected one colour or number for a leaf in all its pictures");
        }

        Console.WriteLine($"{finder.Title} on {plants.Length} plants, {plants.Sum(plant => plant.Moments.Count)} pictures of {data.Folder}");
        Console.WriteLine();
        TrackTable.Write(Console.Out, [("model's masks", ofModel), ("true masks", ofTruth)]);
        if (json is not null)
        {
            DurableFile.Write(json, Encoding.UTF8.GetBytes(TrackTable.Json([("model", ofModel, model), ("true_masks", ofTruth, truth)])));
            Console.WriteLine($"Scores: {json}");
        }

        return ExitCode.Done;
    }

    private static TrackScore Score(IReadOnlyList<LapsePicture> pictures)
    {
        PlantTracker tracker = new();
        return TrackScore.Of(pictures, picture => IdentifiedPicture.Of(tracker.Observe(picture.Sighting)));
    }
}
