using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Export;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Training;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train export: writes a trained network into one ONNX file, and proves that the two answer alike.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Option<string> checkpoint = new("--checkpoint", "-c") { Description = "Checkpoint of a training run", Required = true };
        Option<string> output = new("--out", "-o") { Description = "The file to write (.onnx)", Required = true };
        Option<string> data = new("--data", "-d") { Description = "Folder that was trained on; its digest goes into the file", Required = true };
        Option<string> validation = new("--validation") { Description = "Folder that was not trained on; the file's scores on it go into the file", Required = true };
        Option<string?> scoredOn = new("--scored-on") { Description = "What the pictures in --validation are, in words; the folder's name otherwise" };
        Option<string> name = new("--name") { Description = "The model's name: a-z, 0-9 and -", DefaultValueFactory = _ => "leafseg" };
        Option<string> version = new("--version") { Description = "The model's semantic version", DefaultValueFactory = _ => "1.0.0" };
        Option<string> licence = new("--licence") { Description = "SPDX expression", DefaultValueFactory = _ => "Apache-2.0" };
        Option<float?> scoreThreshold = new("--score-threshold") { Description = "Lowest score of a leaf, 0 to 1; the training settings' otherwise" };
        Option<float?> inputScale = new("--input-scale")
        {
            Description = "Pixels of the network's input for each pixel of a picture; the training settings' otherwise (Network:InputScale)",
        };
        Option<int?> smallest = new("--smallest-input") { Description = "Shortest long side of an input, a multiple of 32; the training settings' otherwise" };
        Option<int?> largest = new("--largest-input") { Description = "Longest long side of an input, a multiple of 32; the training settings' otherwise" };
        Option<float?> objectness = new("--least-objectness")
        {
            Description = "Regions that are less sure of a leaf are not looked at, 0 to 1; the training settings' otherwise. The higher, the faster",
        };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        Command command = new("export",
            """
            Writes the averaged network of a checkpoint into one ONNX file: uint8 pixels in; boxes, scores and masks out. It takes
            inputs of many sizes: a picture is scaled by --input-scale between --smallest-input and --largest-input, and the file
            reports it when it is opened.
            The file is scored on --validation, then compared with the network on 20 rendered pictures; it takes its place
            only if both answer alike.

            Examples:
              leafseg-train export --checkpoint runs/1/checkpoint.safetensors --data data/train --validation data/validation --out leafseg.onnx
              leafseg-train export --checkpoint runs/1/checkpoint.safetensors --data data/train --validation data/validation \
                --scored-on "rendered, seed 2" --version 1.1.0 --out deploy/models/leafseg-1.1.0.onnx

            Exit codes: 0 done, 2 an argument cannot be used or the network finds hardly a leaf yet, 3 a file or folder
            cannot be used, 4 disk full, 5 the file does not answer as the network does, 130 interrupted.
            """)
        {
            checkpoint, output, data, validation, scoredOn, name, version, licence, scoreThreshold, inputScale, smallest, largest, objectness, force,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                new Request
                {
                    Checkpoint = arguments.GetValue(checkpoint)!,
                    Output = Path.GetFullPath(arguments.GetValue(output)!),
                    Data = arguments.GetValue(data)!,
                    Validation = arguments.GetValue(validation)!,
                    Rules = dataOptions.Rules(arguments),
                    ScoredOn = arguments.GetValue(scoredOn),
                    Name = arguments.GetValue(name)!,
                    Version = arguments.GetValue(version)!,
                    Licence = arguments.GetValue(licence)!,
                    Adjust = own => own with
                    {
                        ScoreThreshold = arguments.GetValue(scoreThreshold) ?? own.ScoreThreshold,
                        InputScale = arguments.GetValue(inputScale) ?? own.InputScale,
                        SmallestInput = arguments.GetValue(smallest) ?? own.SmallestInput,
                        LargestInput = arguments.GetValue(largest) ?? own.LargestInput,
                        LeastObjectness = arguments.GetValue(objectness) ?? own.LeastObjectness,
                    },
                    Force = arguments.GetValue(force),
                },
                cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(Request request, CancellationToken cancellation)
    {
        request.Validate();
        LabelledPictures data = LabelledPictures.Open(request.Data, request.Rules);
        LabelledPictures unseen = LabelledPictures.Open(request.Validation, request.Rules);
        unseen.RequireWhole(cancellation);
        (MaskRcnn network, TrainingSettings settings, int step) = Checkpoint.ReadNetwork(request.Checkpoint, request.Adjust);
        using MaskRcnn ownedNetwork = network;
        Console.WriteLine($"{settings.Network.Backbone}, {settings.Network.InputSize} px, step {step} of {settings.Iterations}; inputs of {network.Settings.Inputs.Smallest} to {network.Settings.Inputs.Largest} px, {network.Settings.Inputs.Scale} for a pixel");

        return ModelOutput.Write(request.Output, partial =>
        {
            // The metadata's part on the file's own answers is measured with the file itself: written without, run, written again.
            ModelMetadata metadata = Describe(request, settings with { Network = network.Settings }, step, data.Digest(cancellation));
            ModelExporter.Write(network, metadata, partial);
            using (LeafModel model = LeafModel.Open(partial))
            {
                ModelScores scores = OwnAnswers.Score(model, unseen, request.ScoredOn, cancellation);
                metadata = metadata with { Scores = scores, GoldenCases = OwnAnswers.Golden(model) };
            }

            int nodes = ModelExporter.Write(network, metadata, partial);
            if (!AnswersAlike(network, partial, cancellation))
            {
                Console.Error.WriteLine(
                    $"The file does not answer as the network does: {request.Output} is not written. This is a fault of this program, not of the checkpoint.");
                return null;
            }
            return nodes;
        });
    }

    private static ModelMetadata Describe(Request request, TrainingSettings settings, int step, string dataDigest)
    {
        JsonObject training = JsonSerializer.SerializeToNode(settings)!.AsObject();
        training.Add("StepsDone", step);
        return new ModelMetadata
        {
            Name = request.Name,
            Version = request.Version,
            InputSize = settings.Network.InputSize,
            Inputs = settings.Network.Inputs,
            Classes = ["leaf"],
            ScoreThreshold = settings.Network.ScoreThreshold,
            NmsIou = settings.Network.NmsIoU,
            MaxDetections = settings.Network.MaxDetections,
            MaskSize = settings.Network.MaskSize,
            MaskMargin = settings.Network.MaskMargin,
            Training = training.ToJsonString(),
            Scores = new ModelScores { Sbd = 0, Dic = 0, AbsoluteDic = 0, FgBgDice = 0, Data = "not scored yet", Pictures = 0 },
            DataDigest = dataDigest,
            Licence = request.Licence,
            Created = DateTimeOffset.UtcNow,
            GoldenCases = [],
        };
    }

    /// <summary>Prints how far the opened file lies from the network on each picture.</summary>
    private static bool AnswersAlike(MaskRcnn network, string path, CancellationToken cancellation)
    {
        using LeafModel model = LeafModel.Open(path);
        bool alike = true;
        int number = 0;
        Console.WriteLine("picture  leaves  unmatched  boxes px   scores     mask IoU");
        foreach (ExportCheck.CheckedPicture picture in ExportCheck.Run(network, model, ExportCheck.Pictures(network.Settings.InputSize)))
        {
            cancellation.ThrowIfCancellationRequested();
            AnswerDifference d = picture.Difference;
            string verdict = picture.Tie ? "  a tie: nudged weights give the file's answer" : picture.Agrees ? "" : "  DIFFERS";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{number++,7}  {picture.Leaves,6}  {d.Unmatched.Count,9}  {d.BoxPx,8:0.0e+00}  {d.Score,8:0.0e+00}  {d.MaskIoU,9:0.00000}{verdict}"));
            alike &= picture.Agrees;
        }

        return alike;
    }

    private sealed record Request
    {
        public required string Checkpoint { get; init; }

        public required string Output { get; init; }

        public required string Data { get; init; }

        public required string Validation { get; init; }

        public required ReadingRules Rules { get; init; }

        public required string? ScoredOn { get; init; }

        public required string Name { get; init; }

        public required string Version { get; init; }

        public required string Licence { get; init; }

        /// <summary>The settings with what the command line gives in their place.</summary>
        public required Func<NetworkSettings, NetworkSettings> Adjust { get; init; }

        public required bool Force { get; init; }

        public void Validate()
        {
            if (!Topics.IsName(Name))
            {
                throw new SettingsException($"--name is '{Name}', expected a-z, 0-9 and -, at most 63 of them.");
            }

            if (SemanticVersion.TryParse(Version) is null)
            {
                throw new SettingsException($"--version is '{Version}', expected a semantic version like 1.0.0.");
            }

            if (string.IsNullOrWhiteSpace(Licence))
            {
                throw new SettingsException("--licence is empty, expected an SPDX expression like Apache-2.0.");
            }

            ModelOutput.RequireFree(Output, Force);
        }
    }
}
