using System.Globalization;
using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Tracking;

/// <summary>The pictures of one plant in the order of time.</summary>
/// <param name="Plant">Its name.</param>
/// <param name="Moments">Rising by time, no time twice.</param>
/// <param name="LeftOut">Pictures that have no place in it: name and why.</param>
internal sealed partial record PlantSeries(string Plant, IReadOnlyList<Moment> Moments, IReadOnlyList<(string Name, string Why)> LeftOut)
{
    /// <summary>Where no picture of a plant says when it was taken, the first is of this time.</summary>
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Sorts pictures by plant and time, in whatever order they come.</summary>
    /// <param name="pictures">Plant, name and time of each; the time is null where it is unknown.</param>
    /// <param name="apart">Between two pictures of a plant whose pictures all lack a time: they are taken in the order of their names.</param>
    public static IReadOnlyList<PlantSeries> Of(IEnumerable<(string Plant, string Name, DateTime? Time)> pictures, TimeSpan apart) =>
    [
        .. pictures.Select((picture, index) => (picture.Plant, picture.Name, picture.Time, Index: index))
            .GroupBy(picture => picture.Plant)
            .OrderBy(plant => InOrder(plant.Key), StringComparer.Ordinal)
            .Select(plant => Of(plant.Key, [.. plant.OrderBy(picture => picture.Time).ThenBy(picture => InOrder(picture.Name), StringComparer.Ordinal).Select(picture => (picture.Index, picture.Name, picture.Time))], apart)),
    ];

    /// <summary>Every n-th picture, from the first on.</summary>
    public PlantSeries Every(int step) => this with { Moments = [.. Moments.Where((_, i) => i % step == 0)] };

    private static PlantSeries Of(string plant, (int Index, string Name, DateTime? Time)[] pictures, TimeSpan apart)
    {
        if (pictures.All(picture => picture.Time is null))
        {
            return new PlantSeries(plant, [.. pictures.Select((picture, i) => new Moment(picture.Index, picture.Name, Beginning + (i * apart)))], []);
        }

        List<Moment> moments = [];
        List<(string, string)> leftOut = [];
        foreach ((int index, string name, DateTime? taken) in pictures)
        {
            if (taken is not { } time)
            {
                leftOut.Add((name, $"says not when it was taken, as other pictures of plant {plant} do"));
                continue;
            }

            // A camera's clock has no zone: it is taken as it is, so that a day has 24 hours.
            Moment moment = new(index, name, new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.Zero));
            if (moments.Count > 0 && moments[^1].Time == moment.Time)
            {
                leftOut.Add((name, string.Create(CultureInfo.InvariantCulture,
                    $"has the time of {moments[^1].Name}, {moment.Time:yyyy-MM-ddTHH:mm:ss}, and the plant's name, {plant}; two plants take two names (--group)")));
                continue;
            }

            moments.Add(moment);
        }

        return new PlantSeries(plant, moments, leftOut);
    }

    /// <summary>frame2 comes before frame10.</summary>
    private static string InOrder(string name) => Digits().Replace(name, number => number.Value.PadLeft(20, '0'));

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
