using System.CommandLine;
using System.Globalization;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Tracking;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>Which pictures show one plant, and when each was taken: the same in every command that follows plants through time.</summary>
internal sealed class SeriesOptions
{
    private readonly Option<string?> group = new("--group")
    {
        Description = "Regular expression that takes the plant's name from the picture's name, as in prepare; without it, dates, times and frame numbers are cut out",
    };

    private readonly Option<string?> timePattern = new("--time-pattern")
    {
        Description = "Form of the date in the pictures' names, where EXIF has none: yyyyMMdd_HHmm. Without it, the usual forms from 2022-05-11-12-10-30 to 20220511",
    };

    private readonly Option<double> hours = new("--hours")
    {
        Description = "Hours between two pictures of a plant whose pictures say no time; they are then taken in the order of their names",
        DefaultValueFactory = _ => 4,
    };

    public SeriesOptions(Command command)
    {
        command.Options.Add(group);
        command.Options.Add(timePattern);
        command.Options.Add(hours);
    }

    /// <exception cref="SettingsException">An option cannot be used.</exception>
    public SeriesRules Rules(ParseResult arguments) => new(
        new PictureGroups(arguments.GetValue(group)),
        new PictureTime(arguments.GetValue(timePattern)),
        arguments.GetValue(hours) is > 0 and <= 24 * 365 and var apart
            ? TimeSpan.FromHours(apart)
            : throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"--hours is {arguments.GetValue(hours)}, expected more than 0 hours, at most a year.")));

    /// <param name="Groups">The plant of a picture's name.</param>
    /// <param name="Time">When a picture was taken.</param>
    /// <param name="Apart">Between two pictures without a time.</param>
    internal sealed record SeriesRules(PictureGroups Groups, PictureTime Time, TimeSpan Apart)
    {
        /// <summary>The plants of labelled pictures.</summary>
        public IReadOnlyList<PlantSeries> Of(LabelledPictures data) => PlantSeries.Of(
            data.Names.Select((name, i) => (Groups.Of(name), name, Time.Of(Path.GetFileName(name), PictureFile.Taken(data.PictureFileOf(i)))?.Time)), Apart);
    }
}
