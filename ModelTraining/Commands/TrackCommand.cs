using System.CommandLine;
using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Traits;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Tracking;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train track: follows every leaf through the pictures of a season.</summary>
internal static class TrackCommand
{
    private const string Leaves = "leaf_growth", Plants = "plant_growth", Report = "report.html";

    public static Command Create()
    {
        Option<string> model = new("--model", "-m") { Description = "The .onnx file, or a checkpoint (.safetensors) of a training run", Required = true };
        Option<string> data = new("--data", "-d") { Description = "Folder of pictures, and the folders below it; one plant in each picture", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder for tables, report and films; made if it is not there", Required = true };
        Option<double?> scale = new("--mm-per-px") { Description = "Millimetres that a pixel covers on the plant, for traits in millimetres" };
        Option<bool> noFilm = new("--no-film") { Description = "Write no films" };
        Option<bool> force = new("--force") { Description = "Write over what an earlier run left in the folder" };
        Command command = new("track",
            """
            Follows every leaf through the pictures of a season, as the agent does on a rig, and writes
              leaf_growth.csv, .parquet    one line a leaf and picture: plant, leaf, time, area, length, width, place, growth rate, colour, state
              plant_growth.csv, .parquet   one line a plant and picture: leaf count of the picture and the one that holds, area, growth rate
              report.html                  each leaf's curve in its colour, the pictures with the leaf outlined in that colour, births, totals
              PLANT.gif                    a short film of each plant

            Examples:
              leafseg-train track --model leafseg.onnx --data season --out growth
              leafseg-train track --model leafseg.onnx --data season --out growth --time-pattern yyyyMMdd_HHmm --group '^pot\d+' --mm-per-px 0.21
              leafseg-train synth --timelapse --count 60 --seed 7 --out lapse && leafseg-train track --model leafseg.onnx --data lapse --out growth

            Pictures may come in any order: the time is EXIF's, or that in the name; a plant whose pictures say no time is taken in the
            order of their names, see --hours. Pictures of the same time and plant, and those without a time among others with one, are
            named and left out. A plant that is replaced begins a new series.

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used or some pictures were left out, 4 disk full,
            130 interrupted.
            """)
        {
            model, data, output, scale, noFilm, force,
        };
        SeriesOptions series = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(model)!, arguments.GetValue(data)!, Path.GetFullPath(arguments.GetValue(output)!), ScaleOf(arguments.GetValue(scale)),
                !arguments.GetValue(noFilm), arguments.GetValue(force), series.Rules(arguments), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(string model, string data, string folder, PictureScale? scale, bool films, bool force, SeriesOptions.SeriesRules rules, CancellationToken cancellation)
    {
        if (!Directory.Exists(data))
        {
            throw new DatasetException($"{data}: no such folder; expected a folder of pictures");
        }

        if (!force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new DatasetException($"{folder}: is not empty; choose another --out, or --force to write over what is there");
        }

        (IReadOnlyList<PlantSeries> plants, string[] files, List<string> leftOut) = Plan(data, rules);
        if (films && plants.GroupBy(FilmOf).FirstOrDefault(film => film.Count() > 1) is { } film)
        {
            throw new SettingsException(
                $"{film.Key}: the film of {string.Join(" and of ", film.Select(plant => plant.Plant))}, expected one plant; name them otherwise by --group, or write no films (--no-film)");
        }

        using LeafFinder finder = LeafFinder.Open(model);
        Directory.CreateDirectory(folder);
        using RowFile<LeafGrowthRow> leafRows = new(Path.Combine(folder, Leaves), parquet: true);
        using RowFile<PlantGrowthRow> plantRows = new(Path.Combine(folder, Plants), parquet: true);
        List<Season> seasons = [];
        ProgressLine progress = ProgressLine.OnStandardError("pictures", plants.Sum(plant => plant.Moments.Count));
        foreach (PlantSeries plant in plants)
        {
            Season season = new(plant.Plant, finder.Title, scale);
            foreach (Moment moment in plant.Moments)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    season.Add(moment, PictureFile.Read(files[moment.Index], moment.Name, new List<Finding>()).Image, finder);
                }
                catch (ImageFileException e)
                {
                    leftOut.Add(e.Message);
                }

                progress.Advance();
            }

            if (season.Plants.Count == 0)
            {
                continue;
            }

            foreach (LeafGrowthRow row in season.Leaves)
            {
                leafRows.Add(row);
            }

            foreach (PlantGrowthRow row in season.Plants)
            {
                plantRows.Add(row);
            }

            seasons.Add(season);
            if (films)
            {
                DurableFile.Write(
                    Path.Combine(folder, FilmOf(plant)), stream => GifFilm.Write(stream, SameSize(season), hundredths: Math.Clamp(800 / season.Pictures.Count, 8, 50)));
            }
        }

        progress.End();
        if (seasons.Count == 0)
        {
            throw new DatasetException($"{data}: none of its pictures can be read ({leftOut[0]})");
        }

        leafRows.CompleteAsync(cancellation).GetAwaiter().GetResult();
        plantRows.CompleteAsync(cancellation).GetAwaiter().GetResult();
        DurableFile.Write(Path.Combine(folder, Report), Encoding.UTF8.GetBytes(SeasonReport.Write("Growth of each leaf", seasons)));
        foreach (string line in leftOut)
        {
            Console.Error.WriteLine(line);
        }

        foreach (Season season in seasons.Where(season => season.Unlike.Count > 0))
        {
            Console.Error.WriteLine($"{season.Plant}: {season.Unlike.Count} pictures show none of its leaves, spoilt or of another plant, {season.Unlike[0]} first; their leaves have no identity");
        }

        int leaves = seasons.Sum(season => season.Leaves.Where(row => row.Leaf is not null).Select(row => (row.Series, row.Leaf)).Distinct().Count());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{leaves} leaves of {seasons.Count} plants in {seasons.Sum(season => season.Plants.Count)} pictures: {Path.Combine(folder, Report)}"));
        if (leftOut.Count > 0)
        {
            Console.Error.WriteLine($"{leftOut.Count} of {files.Length} pictures were left out, named above.");
            return ExitCode.BadFile;
        }

        return ExitCode.Done;
    }

    /// <summary>Which picture is of which plant and time, before anything is looked at.</summary>
    private static (IReadOnlyList<PlantSeries> Plants, string[] Files, List<string> LeftOut) Plan(string data, SeriesOptions.SeriesRules rules)
    {
        string[] files = [.. PictureFiles.In(data, recursive: true).Files];
        string root = Path.GetFullPath(data);
        List<string> leftOut = [];
        List<(string Plant, string Name, DateTime? Time)> pictures = [];
        foreach (string file in files)
        {
            string name = Path.GetRelativePath(root, Path.GetFullPath(file)).Replace(Path.DirectorySeparatorChar, '/');
            string stem = PictureNames.StemOf(name);
            DateTime? exif = null;
            try
            {
                exif = PictureFile.Taken(file);
            }
            catch (ImageFileException)
            {
                // It is named when it is looked at.
            }

            pictures.Add((rules.Groups.Of(stem), name, rules.Time.Of(Path.GetFileName(stem), exif)?.Time));
        }

        IReadOnlyList<PlantSeries> plants = PlantSeries.Of(pictures, rules.Apart);
        leftOut.AddRange(plants.SelectMany(plant => plant.LeftOut).Select(picture => $"{picture.Name}: left out, it {picture.Why}"));
        return (plants, files, leftOut);
    }

    private static string FilmOf(PlantSeries plant) => $"{plant.Plant.Replace('/', '-')}.gif";

    /// <summary>A camera may have been changed: the film has the first picture's size.</summary>
    private static IReadOnlyList<RgbImage> SameSize(Season season)
    {
        RgbImage first = season.Pictures[0].Picture;
        return [.. season.Pictures.Select(one => one.Picture).Where(picture => picture.Width == first.Width && picture.Height == first.Height)];
    }

    private static PictureScale? ScaleOf(double? mmPerPx) => mmPerPx switch
    {
        null => null,
        > 0 and < double.PositiveInfinity and var known => PictureScale.Fixed(known),
        var other => throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"--mm-per-px is {other}, expected more than 0 mm a pixel.")),
    };
}
