using System.Globalization;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>One line of the index.</summary>
internal sealed record PreparedPicture
{
    /// <summary>Name of its folder.</summary>
    public required string Id { get; init; }

    /// <summary>Its name where it came from.</summary>
    public required string Source { get; init; }

    /// <summary>Pictures of one group stand on one side.</summary>
    public required string Group { get; init; }

    /// <summary><see cref="PreparedFolder.Train"/> or <see cref="PreparedFolder.Validation"/>.</summary>
    public string Split { get; init; } = PreparedFolder.Train;

    public required SurveyedPicture Shape { get; init; }

    /// <summary>As <see cref="PreparedFolder.IndexHeader"/> names them.</summary>
    public IEnumerable<string> Cells => [Id, Source, Group, Split, .. new[] { Shape.Width, Shape.Height, Shape.Leaves.Count }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
}
