using System.CommandLine;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;
using LeafSeg.ModelTraining.Weights;
using LeafSeg.ModelTraining.Weights.Names;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train weights: says what a file of pretrained weights is, whether it fits a network, and converts it.</summary>
internal static class WeightsCommand
{
    public static Command Create()
    {
        Argument<string> source = new("source") { Description = "A file of weights, or a URL of one (then with --sha256)" };
        WeightsOptions options = new();
        Option<string?> settings = new("--settings") { Description = $"JSON file of training settings, or a name: {ReadySettings.Names}; its network is what the weights have to fit" };
        Option<string?> output = new("--out", "-o") { Description = "Writes what was read as .safetensors; with --settings under our names" };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        Command command = new("weights",
            """
            Says what a file of pretrained weights is: of which network, tensor by tensor. With --settings it is matched with that
            network, as training does it: ours <- theirs, what is not in the file, what is left out and why.

            It reads .pth of PyTorch (both forms), .safetensors, .h5 of Keras 2, and .onnx of leafseg-train export. Nothing in a file is
            ever run. Known are
              a model of LeafSeg (the whole network)
              torchvision's resnet18, resnet34, resnet50, resnet101 (the backbone)
              torchvision's maskrcnn_resnet50_fpn (the whole network; its very numbers with Network:Conventions Torchvision,
              and Network:NormEpsilon 0 for the file trained on COCO)
              EfficientNet-Lite0 (the backbone)
              matterport's Mask R-CNN with ResNet-50 or -101 (the whole network; needs Network:Conventions Matterport)
            Of a network trained on other classes, the layers that answer class by class are left out: leaf is a new class. Of one
            with two classes, background and another, the other becomes the leaf.

            Examples:
              leafseg-train weights resnet50-0676ba61.pth
              leafseg-train weights deploy/models/float32/leafseg-0.7.0.onnx --settings fine-tune
              leafseg-train weights mask_rcnn_coco.h5 --settings original-resnet101
              leafseg-train weights https://example.org/resnet50.pth --sha256 0676ba61... --settings mine.json --out resnet50.safetensors

            Exit codes: 0 done, 2 a setting cannot be used, 3 a file cannot be read or had, is damaged, refused or of another
            network, 4 disk full, 130 interrupted (a download goes on where it stopped).
            """)
        {
            source, options.Sha256, options.Cache, options.BackboneOnly, settings, output, force,
        };
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                options.Choice(arguments.GetValue(source)!, arguments), arguments.GetValue(settings), arguments.GetValue(output),
                arguments.GetValue(force), cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(WeightsChoice source, string? settingsFile, string? output, bool force, CancellationToken cancellation)
    {
        if (output is not null && File.Exists(output) && !force)
        {
            throw new WeightsFileException($"{output}: is there already; name another file or add --force");
        }

        NetworkSettings? settings = settingsFile is null ? null : ReadySettings.Read(settingsFile).Network;
        settings?.Validate();
        string path = source.Fetch(cancellation)
            ?? throw new WeightsFileException($"'{WeightsChoice.None}' is no file to look at; name a file of weights or a URL");
        using WeightsFile file = WeightsFile.Read(path);
        if (settings is null)
        {
            Describe(file);
            Convert(file, output);
        }
        else
        {
            using MaskRcnn network = new(settings);
            WeightsReport report = source.Load(network, file);
            report.WriteTable(Console.Out);
            report.WriteSummary(Console.Out);
            Convert(network, report, output);
        }

        if (output is not null)
        {
            Console.WriteLine($"{output} is written");
        }

        return ExitCode.Done;
    }

    private static void Describe(WeightsFile file)
    {
        int width = file.Tensors.Keys.Select(name => Printable.Text(name).Length).DefaultIfEmpty().Max();
        foreach ((string name, Tensor tensor) in file.Tensors)
        {
            Console.WriteLine($"{Printable.Text(name).PadRight(width)}  {WeightsReport.Shape(tensor.shape)}  {tensor.dtype}");
        }

        long values = file.Tensors.Values.Sum(tensor => tensor.NumberOfElements);
        Console.WriteLine($"{file.Path}: {Look(file)}; {file.Tensors.Count} tensors, {values} values");
    }

    /// <summary>A file of a network that is not known can still be looked at and converted.</summary>
    private static string Look(WeightsFile file)
    {
        try
        {
            WeightsOrigin origin = WeightsOrigin.Of(file);
            string fits = origin.Backbone is null ? "which no Network:Backbone is" : $"for Network:Backbone {origin.Backbone}";
            return $"looks like {origin.Description}, {fits}";
        }
        catch (WeightsFileException)
        {
            return "is of no network that is known here";
        }
    }

    private static void Convert(WeightsFile file, string? output)
    {
        if (output is not null)
        {
            SafeTensorsFile.Write(output, file.Tensors, file.Metadata);
        }
    }

    private static void Convert(MaskRcnn network, WeightsReport report, string? output)
    {
        if (output is not null)
        {
            OwnNames.Write(output, network, report);
        }
    }
}
