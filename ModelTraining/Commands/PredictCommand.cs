using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Traits;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Labelling;
using LeafSeg.ModelTraining.Preparation;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train predict: runs a model over pictures and writes labels, overlays and traits.</summary>
internal static class PredictCommand
{
    private const string AutomaticPots = "auto";

    public static Command Create()
    {
        Option<string> model = new("--model", "-m") { Description = "The .onnx file, or a checkpoint (.safetensors) of a training run", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder for what is found; made if it is not there", Required = true };
        Option<double?> scale = new("--mm-per-px") { Description = "Millimetres that a pixel covers on the plant, for traits in millimetres" };
        Option<float?> scoreThreshold = new("--score-threshold")
        {
            Description = "Lowest score of a leaf, 0 to 1; the file's own otherwise. An ONNX file cannot go below its own",
        };
        Option<bool> recursive = new("--recursive", "-r") { Description = "Look into the folders below those that are named; they are made below --out too" };
        PageOption page = new();
        Option<string?> timePattern = new("--time-pattern")
        {
            Description = "Form of the date in the pictures' names, where EXIF has none: yyyyMMdd_HHmm. Without it, the usual forms from 2022-05-11-12-10-30 to 20220511",
        };
        Option<string?> group = new("--group")
        {
            Description = "Regular expression that takes the plant's name from the picture's name, as in prepare; without it, dates, times and frame numbers are cut out",
        };
        Option<bool> parquet = new("--parquet") { Description = "Write leaves.parquet and plants.parquet beside the CSV files" };
        Option<string?> pots = new("--pots")
        {
            Description = "Look at each pot as a picture of its own, one row a plant: auto finds the pots as leafseg-agent layout does; or a file with them, "
                + "the agent's settings or what layout prints",
        };
        Option<bool> tile = new("--tile") { Description = "Look at overlapping tiles at the picture's own resolution, for closed canopies; leaves are joined across the borders" };
        Option<LabelFormat[]> formats = new("--format")
        {
            Description = "Write the outlines for a labelling tool too: coco, labelme, yolo or cvat; may be named several times",
        };
        Option<bool> force = new("--force") { Description = "Write over what an earlier run left in the folder" };
        Argument<string[]> paths = new("path") { Description = "Pictures, or folders of pictures", Arity = ArgumentArity.OneOrMore };
        Command command = new("predict",
            """
            Finds the leaves of pictures. For x_rgb.png, x.png or x.jpg it writes into the folder
              x_label.png     indexed picture of the same size: index 0 is background, index n is leaf n, the surest leaf is 1;
                              16-bit grey where there are more than 255 leaves
              x_overlay.jpg   the picture with its leaves outlined and numbered
              leaves.csv      one line a leaf: score, area, centroid, box, perimeter, length, width
              plants.csv      one line a plant: leaf count, projected leaf area, hull, diameter, compactness, stockiness, and the
                              model's doubt, 0 to 1: correct those of the largest doubt first
            With --format also outlines for a labelling tool, in a folder that prepare reads again when they are corrected:
              coco            coco/: annotations/instances_default.json, with scores, and the pictures
              labelme         labelme/: x.json a picture, which names the picture where it is
              yolo            yolo/: labels, data.yaml and the pictures, as Ultralytics has them
              cvat            cvat/annotations.xml: "CVAT for images 1.1", to be imported into a task with these pictures
            A leaf with a hole or in pieces is a mask where the form has masks, else a polygon with lines to and fro.
            Both tables end with source, time (EXIF's, or that in the name), plant, and model; names of columns end with their unit.

            Examples:
              leafseg-train predict --model leafseg.onnx --out found pot.png
              leafseg-train predict --model runs/1/checkpoint.safetensors --out found --mm-per-px 0.21 season/monday season/tuesday.jpg
              leafseg-train predict --model leafseg.onnx --out found --pots auto tray.jpg
              leafseg-train predict --model leafseg.onnx --out found --tile canopy.jpg
              leafseg-train predict --model leafseg.onnx --out found --format coco --format labelme season/monday
              leafseg-train predict --model leafseg.onnx --out found --recursive --time-pattern yyyyMMdd_HHmm --parquet season

            In a folder, names that end in _label, _fg, _masks or _overlay, hidden files and files of other kinds are passed over and
            counted. Pictures are turned upright by their EXIF orientation; grey, 16-bit, floating-point, CMYK and transparent ones are
            converted; both are counted. A picture that cannot be read is named and counted, the others go on. What is there is never
            written over, without --force not even what an earlier run left; pictures that are read never.

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used or some pictures could not be read,
            4 disk full, 130 interrupted.
            """)
        {
            model, output, scale, scoreThreshold, recursive, page.Option, pots, tile, timePattern, group, parquet, formats, force, paths,
        };
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                new Request
                {
                    Model = arguments.GetValue(model)!,
                    Folder = Path.GetFullPath(arguments.GetValue(output)!),
                    Paths = arguments.GetValue(paths)!,
                    MmPerPx = arguments.GetValue(scale),
                    ScoreThreshold = arguments.GetValue(scoreThreshold),
                    Recursive = arguments.GetValue(recursive),
                    Page = page.Of(arguments),
                    Look = LookOf(arguments.GetValue(pots), arguments.GetValue(tile)),
                    Time = new PictureTime(arguments.GetValue(timePattern)),
                    Plants = new PictureGroups(arguments.GetValue(group)),
                    Parquet = arguments.GetValue(parquet),
                    Formats = [.. (arguments.GetValue(formats) ?? []).Distinct()],
                    Force = arguments.GetValue(force),
                },
                cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(Request request, CancellationToken cancellation)
    {
        request.Validate();
        string folder = request.Folder;
        IReadOnlyList<PredictedPicture> pictures = PredictedPicture.Plan(request.Paths, folder, request.Recursive, request.Page, Console.WriteLine);
        LabelExport[] exports = [.. request.Formats.Select(format => LabelExport.Create(format, folder))];
        PredictedPicture.RequireFree(
            pictures,
            [.. TraitTable.FilesIn(folder, request.Parquet), .. exports.SelectMany(export => export.SharedFiles.Concat(pictures.SelectMany(export.FilesOf)))],
            request.Force);
        using LeafFinder finder = LeafFinder.Open(request.Model, request.ScoreThreshold);
        Directory.CreateDirectory(folder);
        using TraitTable traits = new(folder, request.MmPerPx, finder.Title, request.Parquet);
        int leaves = 0, plants = 0;
        List<string> unread = [];
        List<Finding> findings = [];
        ProgressLine progress = ProgressLine.OnStandardError("pictures", pictures.Count);
        foreach (PredictedPicture picture in pictures)
        {
            if (cancellation.IsCancellationRequested)
            {
                progress.End();
                Console.Error.WriteLine($"Interrupted after {plants + unread.Count} of {pictures.Count} pictures; what is written of these is whole.");
                return ExitCode.Interrupted;
            }

            try
            {
                leaves += Predict(finder, picture, request, traits, exports, findings);
                plants++;
            }
            catch (ImageFileException e)
            {
                unread.Add(e.Message);
            }

            progress.Advance();
        }

        progress.End();
        traits.CompleteAsync(cancellation).GetAwaiter().GetResult();
        foreach (LabelExport export in exports)
        {
            export.Complete();
        }

        foreach (string message in unread)
        {
            Console.Error.WriteLine(message);
        }

        FindingsReport.Print(findings);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{leaves} leaves in {plants} pictures: {folder}"));
        if (unread.Count > 0)
        {
            Console.Error.WriteLine($"{unread.Count} of {pictures.Count} pictures could not be used, named above.");
            return ExitCode.BadFile;
        }

        return ExitCode.Done;
    }

    private static int Predict(
        LeafFinder finder, PredictedPicture files, Request request, TraitTable traits, LabelExport[] exports, List<Finding> findings)
    {
        DecodedPicture decoded = PictureFile.Read(files.Source, files.Source, findings, files.Page);
        RgbImage picture = decoded.Image;
        if (request.Look.Shrinks && Visibility.Of(picture, finder.InputSize) is string lost)
        {
            findings.Add(new Finding(FindingKind.Shrunk, files.Source, lost));
        }

        Look.Found found = request.Look.Find(picture, finder, files.Source);
        LabelMap labels = LeafMap.Paste(found.Leaves, picture.Width, picture.Height);
        (LeafInstance[] kept, ushort[] numberOf) = NumberWithoutGaps(labels, found.Leaves);
        string name = Path.ChangeExtension(files.Name, null);
        (string Plant, PlantPlace Place)[] plants = found.Plants is null
            ? [(request.Plants.Of(name), PlantPlace.Whole(labels))]
            : [.. found.Plants.Select(plant => (plant.Plant, Renumbered(plant.Place, numberOf)))];
        Directory.CreateDirectory(Path.GetDirectoryName(files.Label)!);
        DurableFile.Write(files.Label, LabelPicture.Encode(labels));
        DurableFile.Write(files.Overlay, ImageFile.Encode(Overlay.Draw(picture, labels, new OverlayOptions { NumberOf = label => NumberIn(plants, label) }), ".jpg"));
        IReadOnlyList<OutlinedLeaf> outlined = exports.Length == 0 ? [] : OutlinedLeaf.Of(labels, [.. kept.Select(leaf => leaf.Score)]);
        foreach (LabelExport export in exports)
        {
            export.Add(files, picture.Width, picture.Height, outlined);
        }

        traits.Add(files, labels, plants, kept, request.Time.Of(Path.GetFileName(name), decoded.Format.Taken));
        return kept.Length;
    }

    /// <summary>A leaf that others cover wholly has left a gap; leaves stay falling by score.</summary>
    private static (LeafInstance[] Kept, ushort[] NumberOf) NumberWithoutGaps(LabelMap labels, IReadOnlyList<LeafInstance> found)
    {
        ushort[] numberOf = new ushort[found.Count + 1];
        List<LeafInstance> kept = [];
        foreach ((ushort label, _) in labels.Areas())
        {
            kept.Add(found[label - 1]);
            numberOf[label] = (ushort)kept.Count;
        }

        for (int i = 0; i < labels.Labels.Length; i++)
        {
            labels.Labels[i] = numberOf[labels.Labels[i]];
        }

        return ([.. kept], numberOf);
    }

    /// <summary>A plant's labels after those without a pixel are gone.</summary>
    private static PlantPlace Renumbered(PlantPlace place, ushort[] numberOf)
    {
        int before = numberOf.Take(place.FirstLabel).Count(number => number > 0), within = numberOf.Skip(place.FirstLabel).Take(place.LastLabel - place.FirstLabel + 1).Count(number => number > 0);
        return place with { FirstLabel = before + 1, LastLabel = before + within };
    }

    private static int NumberIn(IEnumerable<(string Plant, PlantPlace Place)> plants, int label) =>
        label - plants.First(plant => label <= plant.Place.LastLabel).Place.FirstLabel + 1;

    private static Look LookOf(string? pots, bool tile) => (pots, tile) switch
    {
        (not null, true) => throw new SettingsException($"--pots and --tile, expected one of them: pots are looked at one by one, a canopy in tiles."),
        (null, true) => Look.Tiles,
        (AutomaticPots, _) => Look.Pots(null),
        (not null, _) => Look.Pots(PotsFile.Read(pots)),
        _ => Look.Whole,
    };

    private sealed record Request
    {
        public required string Model { get; init; }

        public required string Folder { get; init; }

        public required IReadOnlyList<string> Paths { get; init; }

        public required double? MmPerPx { get; init; }

        public required float? ScoreThreshold { get; init; }

        public required bool Recursive { get; init; }

        /// <summary>Null: all.</summary>
        public required int? Page { get; init; }

        public required Look Look { get; init; }

        public required PictureTime Time { get; init; }

        public required PictureGroups Plants { get; init; }

        public required bool Parquet { get; init; }

        public required IReadOnlyList<LabelFormat> Formats { get; init; }

        public required bool Force { get; init; }

        public void Validate()
        {
            OptionCheck.Require(MmPerPx is null or (> 0 and < double.PositiveInfinity), "--mm-per-px", MmPerPx, "more than 0 mm a pixel");
            OptionCheck.RequireScoreThreshold(ScoreThreshold);
        }
    }
}
