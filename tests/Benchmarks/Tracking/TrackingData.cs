using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Tracking;
using LeafSeg.ModelTraining.Tracking.Scores;

namespace LeafSeg.Benchmarks.Tracking;

/// <summary>Labelled time lapses, six pictures a day, as trackers see them under several conditions.</summary>
internal sealed class TrackingData
{
    private const int PicturesADay = 6;

    private readonly List<(DateTimeOffset Time, LabelMap Truth, LabelMap? Found, float[]? Scores)[]> lapses = [];

    /// <param name="folder">A folder of masks, in which a leaf keeps its colour; one plant by the names' group.</param>
    /// <param name="group">See <see cref="PictureGroups"/>.</param>
    /// <param name="model">A model file; null: true masks alone.</param>
    public TrackingData(string folder, string? group, string? model)
    {
        LabelledPictures data = LabelledPictures.Open(folder, new ReadingRules { Colours = new LeafColours() });
        PictureGroups groups = new(group);
        using LeafFinder? finder = model is null ? null : LeafFinder.Open(model);
        foreach (PlantSeries plant in PlantSeries.Of(data.Names.Select(name => (groups.Of(name), name, (DateTime?)null)), TimeSpan.FromDays(1) / PicturesADay))
        {
            lapses.Add([.. plant.Moments.Select(moment =>
            {
                LeafPicture picture = data.Read(moment.Index);
                if (finder is null)
                {
                    return (moment.Time, picture.Labels, (LabelMap?)null, (float[]?)null);
                }

                IReadOnlyList<LeafInstance> leaves = finder.Find(picture.Image);
                return (moment.Time, picture.Labels, LeafMap.Paste(leaves, picture.Image.Width, picture.Image.Height), [.. leaves.Select(leaf => leaf.Score)]);
            })]);
            Console.Error.Write($"\r{lapses.Count} plants");
        }

        Console.Error.WriteLine();
        HasModel = model is not null;
    }

    public bool HasModel { get; }

    /// <summary>The model's masks of every so many-th picture.</summary>
    public IReadOnlyList<LapsePicture[]> ModelMasks(int every = 1) => [.. lapses.Select(lapse =>
        lapse.Where((_, i) => i % every == 0).Select(now => LapsePicture.Of(now.Time, now.Truth, now.Found!, now.Scores)).ToArray())];

    /// <summary>The true masks of every so many-th picture.</summary>
    public IReadOnlyList<LapsePicture[]> TrueMasks(int every = 1) => [.. lapses.Select(lapse =>
        lapse.Where((_, i) => i % every == 0).Select(now => LapsePicture.Of(now.Time, now.Truth, now.Truth, null)).ToArray())];

    /// <summary>The true masks of a picture a day; a quarter of the days is missing, and every third picture has its pot turned and moved.</summary>
    public IReadOnlyList<LapsePicture[]> Disturbed(int seed)
    {
        Random random = new(seed);
        List<LapsePicture[]> disturbed = [];
        foreach ((DateTimeOffset Time, LabelMap Truth, LabelMap? Found, float[]? Scores)[] lapse in lapses)
        {
            (double turn, double x, double y) = (0, 0, 0);
            List<LapsePicture> pictures = [];
            for (int i = 0; i < lapse.Length; i += PicturesADay)
            {
                if (i > 0 && random.NextDouble() < .25)
                {
                    continue;
                }

                if (random.NextDouble() < 1 / 3.0)
                {
                    double reach = .06 * lapse[i].Truth.Width;
                    (turn, x, y) = (random.NextDouble() * 2 * Math.PI, ((random.NextDouble() * 2) - 1) * reach, ((random.NextDouble() * 2) - 1) * reach);
                }

                LabelMap moved = Moved(lapse[i].Truth, turn, x, y);
                pictures.Add(LapsePicture.Of(lapse[i].Time, moved, moved, null));
            }

            disturbed.Add([.. pictures]);
        }

        return disturbed;
    }

    /// <summary>Turned about the picture's middle and shifted, on a larger sheet so that nothing is cut off.</summary>
    private static LabelMap Moved(LabelMap map, double turn, double x, double y)
    {
        int margin = (int)(.3 * Math.Max(map.Width, map.Height)), width = map.Width + (2 * margin), height = map.Height + (2 * margin);
        LabelMap moved = new(width, height);
        (double sin, double cos) = Math.SinCos(turn);
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                (double u, double v) = (column - (width / 2.0) - x, row - (height / 2.0) - y);
                int fromX = (int)Math.Round((cos * u) + (sin * v) + (map.Width / 2.0)), fromY = (int)Math.Round((cos * v) - (sin * u) + (map.Height / 2.0));
                if (fromX >= 0 && fromY >= 0 && fromX < map.Width && fromY < map.Height)
                {
                    moved[column, row] = map[fromX, fromY];
                }
            }
        }

        return moved;
    }
}
