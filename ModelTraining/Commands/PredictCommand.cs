using System.CommandLine;
using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Storage;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Datasets.Reports;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train predict: runs a model over pictures and writes labels, overlays and traits.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model", "-m") { Description = "The .onnx file, or a checkpoint (.safetensors) of a training run", Required = true };
        Option<string> output = new("--out", "-o") { Description = "Folder for what is found; made if it is not there", Required = true };
        Option<double?> scale = new("--mm-per-px") { Description = "Millimetres that a pixel covers on the plant, for traits in millimetres" };
        Option<float?> scoreThreshold = new("--score-threshold")
        {
            Description = "Lowest score of a leaf, 0 to 1; the file's own otherwise. An ONNX file cannot go below its own",
        };
        Option<bool> force = new("--force") { Description = "Write over what an earlier run left in the folder" };
        Argument<string[]> paths = new("path") { Description = "Pictures, or folders of pictures", Arity = ArgumentArity.OneOrMore };
        Command command = new("predict",
            """
            Finds the leaves of pictures. For x_rgb.png, x.png or x.jpg it writes into the folder
              x_label.png     indexed picture of the same size: index 0 is background, index n is leaf n, the surest leaf is 1
              x_overlay.jpg   the picture with its leaves outlined and numbered
              leaves.csv      one line a leaf: score, area, centroid, box, perimeter, length, width
              plants.csv      one line a picture: leaf count, projected leaf area, hull, diameter, compactness, stockiness

            Examples:
              leafseg-train predict --model leafseg.onnx --out found pot.png
              leafseg-train predict --model runs/1/checkpoint.safetensors --out found --mm-per-px 0.21 season/monday season/tuesday.jpg

            In a folder, names that end in _label, _fg or _overlay are passed over, and folders inside it. Grey, 16-bit, CMYK and
            transparent pictures are converted and counted. A picture that cannot be read is named and counted, the others go on. What is there is never written over, without --force not even what an
            earlier run left; pictures that are read never.

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used or some pictures could not be read,
            4 disk full, 130 interrupted.
            """)
        {
            model, output, scale, scoreThreshold, force, paths,
        };
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                arguments.GetValue(model)!, Path.GetFullPath(arguments.GetValue(output)!), arguments.GetValue(paths)!,
                arguments.GetValue(scale), arguments.GetValue(scoreThreshold), arguments.GetValue(force), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(
        string model, string folder, string[] paths, double? mmPerPx, float? scoreThreshold, bool force, CancellationToken cancellation)
    {
        Require(mmPerPx is null or (> 0 and < double.PositiveInfinity), "--mm-per-px", mmPerPx, "more than 0 mm a pixel");
        Require(scoreThreshold is null or (> 0 and < 1), "--score-threshold", scoreThreshold, "a probability between 0 and 1");
        IReadOnlyList<PredictedPicture> pictures = PredictedPicture.Plan(paths, folder);
        PredictedPicture.RequireFree(pictures, folder, force);
        using LeafFinder finder = LeafFinder.Open(model, scoreThreshold);
        Directory.CreateDirectory(folder);
        using TraitTable traits = TraitTable.Create(folder, mmPerPx);
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
                leaves += Predict(finder, picture, traits, findings);
                plants++;
            }
            catch (ImageFileException e)
            {
                unread.Add(e.Message);
            }

            progress.Advance();
        }

        progress.End();
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

    private static int Predict(LeafFinder finder, PredictedPicture files, TraitTable traits, List<Finding> findings)
    {
        RgbImage picture = PictureFile.Read(files.Source, files.Source, findings).Image;
        IReadOnlyList<LeafInstance> found = finder.Find(picture);
        LabelMap labels = LeafMap.Paste(found, picture.Width, picture.Height);
        float[] scores = NumberWithoutGaps(labels, found);
        byte[] indexed;
        try
        {
            indexed = LabelPicture.Encode(labels);
        }
        catch (ImageFileException e)
        {
            throw new ImageFileException($"{files.Source}: {e.Message}", e);
        }

        DurableFile.Write(files.Label, indexed);
        DurableFile.Write(files.Overlay, ImageFile.Encode(Overlay.Draw(picture, labels), ".jpg"));
        traits.Add(files.Source, picture, labels, scores);
        return scores.Length;
    }

    /// <summary>A leaf that others cover wholly has left a gap; leaves stay falling by score.</summary>
    private static float[] NumberWithoutGaps(LabelMap labels, IReadOnlyList<LeafInstance> found)
    {
        ushort[] numberOf = new ushort[found.Count + 1];
        List<float> scores = [];
        foreach ((ushort label, _) in labels.Areas())
        {
            scores.Add(found[label - 1].Score);
            numberOf[label] = (ushort)scores.Count;
        }

        for (int i = 0; i < labels.Labels.Length; i++)
        {
            labels.Labels[i] = numberOf[labels.Labels[i]];
        }

        return [.. scores];
    }

    private static void Require(bool holds, string option, object? found, string expected)
    {
        if (!holds)
        {
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"{option} is {found}, expected {expected}."));
        }
    }
}
