namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>The folder, as sent to the page.</summary>
internal sealed record StateReport
{
    public required string Folder { get; init; }

    public required string Model { get; init; }

    public required int Accepted { get; init; }

    /// <summary>Mean time of the accepted pictures; null: none yet.</summary>
    public required double? SecondsEach { get; init; }

    /// <summary>In the order in which they are corrected.</summary>
    public required IReadOnlyList<Entry> Pictures { get; init; }

    public static StateReport Of(LabellingSession session)
    {
        LabellingFolder folder = session.Folder;
        return new StateReport
        {
            Folder = folder.Location,
            Model = session.Model,
            Accepted = folder.Accepted,
            SecondsEach = folder.SecondsEach,
            Pictures =
            [
                .. folder.Order().Select(index => (index, folder.Pictures[index])).Select(one => new Entry(
                    one.index, one.Item2.Name, one.Item2.State, one.Item2.Doubt is double doubt ? Math.Round(doubt, 3) : null,
                    one.Item2.Note?.Author, one.Item2.Note?.Time, one.Item2.Fault)),
            ],
        };
    }

    /// <param name="Index">The picture's number in requests.</param>
    /// <param name="Name">Below the folder.</param>
    /// <param name="State">How far it is.</param>
    /// <param name="Doubt">See <see cref="LabellingPicture.Doubt"/>.</param>
    /// <param name="Author">Whoever changed it last.</param>
    /// <param name="Time">When.</param>
    /// <param name="Fault">Why it cannot be used.</param>
    internal sealed record Entry(int Index, string Name, PictureState State, double? Doubt, string? Author, DateTimeOffset? Time, string? Fault);
}
