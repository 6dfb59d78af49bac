using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Quantisation;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train quantise: a model in 8-bit integers, and proof that it finds the leaves no worse.</summary>
internal static class QuantiseCommand
{
    private const int DefaultPictures = 48;

    public static Command Create()
    {
        Option<string> source = new("--model", "-m") { Description = "The model that leafseg-train export wrote", Required = true };
        Option<string> output = new("--out", "-o") { Description = "The file to write (.onnx)", Required = true };
        Option<string> data = new("--data", "-d") { Description = "Pictures from which the value ranges inside the network are measured; the training pictures will do", Required = true };
        Option<int> pictures = new("--pictures") { Description = "How many of them to look at, evenly spread", DefaultValueFactory = _ => DefaultPictures };
        Option<string> validation = new("--validation") { Description = "Folder that was not trained on; both files are scored on it", Required = true };
        Option<string?> scoredOn = new("--scored-on") { Description = "What the pictures in --validation are, in words; the folder's name otherwise" };
        Option<double> loss = new("--allowed-loss") { Description = "SBD that may be lost", DefaultValueFactory = _ => 0.01 };
        Option<bool> force = new("--force") { Description = "Write over a file that is there" };
        Command command = new("quantise",
            """
            Writes a model in 8-bit integers: about half the time on a processor that has instructions for them (AVX512-VNNI,
            AVX-VNNI, ARM's dot product), a third of the size. For CPUs; a GPU is better served by the model as it was. The
            weights are rounded channel by channel, and for each value between the layers the range with the least error is
            chosen on pictures. Both files are scored; the new one takes its place only if it is no worse than allowed.

            Examples:
              leafseg-train quantise --model leafseg.onnx --data data/train --validation data/validation --out leafseg-int8.onnx
              leafseg-train quantise --model leafseg.onnx --data data/train --pictures 200 --validation data/validation \
                --scored-on "rendered, seed 2" --out leafseg-int8.onnx

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, 4 disk full, 5 the new file
            finds leaves worse than the old one, 130 interrupted.
            """)
        {
            source, output, data, pictures, validation, scoredOn, loss, force,
        };
        DataOptions dataOptions = new(command);
        command.SetAction((arguments, cancellation) => Task.Run(
            () => FileFault.Report(() => Run(
                new Request(
                    arguments.GetValue(source)!, Path.GetFullPath(arguments.GetValue(output)!), arguments.GetValue(data)!, arguments.GetValue(pictures),
                    arguments.GetValue(validation)!, arguments.GetValue(scoredOn), arguments.GetValue(loss), arguments.GetValue(force),
                    dataOptions.Rules(arguments)),
                cancellation)),
            CancellationToken.None));
        return command;
    }

    private static int Run(Request request, CancellationToken cancellation)
    {
        request.Validate();
        using LeafModel before = LeafModel.Open(request.Source);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(request.Source));
        if (IntegerModel.Is(model))
        {
            throw new DatasetException($"{request.Source}: is in integers already; name the model that it was made from");
        }

        LabelledPictures data = LabelledPictures.Open(request.Data, request.Rules);
        LabelledPictures unseen = LabelledPictures.Open(request.Validation, request.Rules);
        unseen.RequireWhole(cancellation);
        int pictures = Math.Min(request.Pictures, data.Count);
        ModelProto integer = Quantise(model, before.Metadata, data, pictures, cancellation);

        return ModelOutput.Write(request.Output, partial =>
        {
            Console.Write("float32: ");
            double sbd = OwnAnswers.Score(before, unseen, request.ScoredOn, cancellation).Sbd;

            // As in export: the metadata's part on the file's own answers is measured with the file itself.
            File.WriteAllBytes(partial, integer.ToByteArray());
            ModelMetadata metadata;
            using (LeafModel after = LeafModel.Open(partial))
            {
                Console.Write("integer: ");
                metadata = before.Metadata with
                {
                    Scores = OwnAnswers.Score(after, unseen, request.ScoredOn, cancellation),
                    GoldenCases = OwnAnswers.Golden(after),
                    Created = DateTimeOffset.UtcNow,
                    Training = WithPictures(before.Metadata.Training, pictures, data.Digest(cancellation)),
                };
            }

            if (metadata.Scores.Sbd < sbd - request.AllowedLoss)
            {
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"In integers the model loses {sbd - metadata.Scores.Sbd:0.000} of SBD, allowed are {request.AllowedLoss}: {request.Output} is not written. More --pictures, and pictures like those it will see, may help."));
                return null;
            }

            OnnxGraph.Describe(integer, metadata.ToProperties());
            File.WriteAllBytes(partial, integer.ToByteArray());
            return integer.Graph.Node.Count;
        });
    }

    private static ModelProto Quantise(ModelProto model, ModelMetadata metadata, LabelledPictures data, int pictures, CancellationToken cancellation)
    {
        ProgressLine progress = ProgressLine.OnStandardError("pictures looked at", 2 * pictures);
        ModelProto integer = IntegerModel.Of(model, pictures, Read, () => progress.Advance(), cancellation);
        progress.End();
        return integer;

        RgbImage Read(int i)
        {
            RgbImage picture = data.Read((int)((long)i * data.Count / pictures)).Image;
            return metadata.LetterboxFor(picture.Width, picture.Height).Apply(picture);
        }
    }

    private static string WithPictures(string training, int pictures, string digest)
    {
        JsonObject settings = JsonNode.Parse(training)!.AsObject();
        settings["Quantised"] = new JsonObject { ["Pictures"] = pictures, ["Data"] = digest };
        return settings.ToJsonString();
    }

    private sealed record Request(
        string Source, string Output, string Data, int Pictures, string Validation, string? ScoredOn, double AllowedLoss, bool Force, ReadingRules Rules)
    {
        public void Validate()
        {
            if (Pictures < 1)
            {
                throw new SettingsException($"--pictures is {Pictures}, expected a positive count.");
            }

            if (AllowedLoss is not (>= 0 and <= 1))
            {
                throw new SettingsException($"--allowed-loss is {AllowedLoss}, expected a share of SBD, 0 to 1.");
            }

            ModelOutput.RequireFree(Output, Force);
        }
    }
}
