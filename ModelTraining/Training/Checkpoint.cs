using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Json;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// Everything a run needs to continue, in one safetensors file that is written whole or not at all: the network, its
/// running average, the optimiser's state, the settings and the run's state.
/// </summary>
internal static class Checkpoint
{
    private const string Format = "leafseg.checkpoint/1";
    private const string NetworkPrefix = "network.";
    private const string AveragePrefix = "average.";
    private const string OptimiserName = "optimiser";

    public static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public static void Write(
        string path, TrainingSettings settings, RunState run, MaskRcnn network, MaskRcnn average, byte[] optimiserState)
    {
        Dictionary<string, Tensor> tensors = [];
        foreach ((string name, Tensor value) in network.state_dict())
        {
            tensors.Add(NetworkPrefix + name, value);
        }

        foreach ((string name, Tensor value) in average.state_dict())
        {
            tensors.Add(AveragePrefix + name, value);
        }

        using Tensor state = tensor(optimiserState);
        tensors.Add(OptimiserName, state);
        SafeTensorsFile.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["step"] = run.Step.ToString(CultureInfo.InvariantCulture),
            ["run"] = JsonSerializer.Serialize(run, Json),
            ["settings"] = JsonSerializer.Serialize(settings, Json),
        });
    }

    /// <summary>Reads a whole run back.</summary>
    /// <exception cref="WeightsFileException">Not a checkpoint, or damaged.</exception>
    public static Resumed Read(string path)
    {
        SafeTensorsFile file = SafeTensorsFile.Read(path);
        try
        {
            TrainingSettings settings = ReadSettings(path, file);
            MaskRcnn network = Fill(path, file, NetworkPrefix, new MaskRcnn(settings.Network));
            MaskRcnn average = Fill(path, file, AveragePrefix, new MaskRcnn(settings.Network));
            byte[] optimiser = file.Tensors.TryGetValue(OptimiserName, out Tensor? saved)
                ? saved.bytes.ToArray()
                : throw new WeightsFileException($"{path}: {OptimiserName} is missing; the file is damaged, take another checkpoint of the run");
            return new Resumed(settings, ReadState(path, file), network, average, optimiser);
        }
        finally
        {
            Dispose(file);
        }
    }

    /// <summary>Reads the averaged network, the one to evaluate and export.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="adjust">What of its settings is to be otherwise; they decide inference alone.</param>
    /// <returns>The network, with the threshold requested; the run's settings as they were.</returns>
    /// <exception cref="WeightsFileException">Not a checkpoint, or damaged.</exception>
    public static (MaskRcnn Network, TrainingSettings Settings, int Step) ReadNetwork(string path, Func<NetworkSettings, NetworkSettings>? adjust = null)
    {
        SafeTensorsFile file = SafeTensorsFile.Read(path);
        try
        {
            TrainingSettings settings = ReadSettings(path, file);
            MaskRcnn network = Fill(path, file, AveragePrefix, new MaskRcnn(adjust?.Invoke(settings.Network) ?? settings.Network));
            network.eval();
            return (network, settings, ReadState(path, file).Step);
        }
        finally
        {
            Dispose(file);
        }
    }

    /// <summary>
    /// Brings the averaged network of a run into a new network with the same backbone, to train it further. Parts of
    /// another shape keep the weights they have.
    /// </summary>
    /// <returns>The names of those parts' tensors.</returns>
    /// <exception cref="WeightsFileException">Not a checkpoint, damaged, or of another backbone.</exception>
    public static IReadOnlyList<string> LoadInto(MaskRcnn network, string path)
    {
        SafeTensorsFile file = SafeTensorsFile.Read(path);
        try
        {
            NetworkSettings found = ReadSettings(path, file).Network;
            if (found.Backbone != network.Settings.Backbone)
            {
                throw new WeightsFileException(
                    $"{path}: is the checkpoint of another network: {NetworkDifference.Between(found, network.Settings)}; a run goes on from a checkpoint of its own backbone");
            }

            using IDisposable noGradient = no_grad();
            List<string> initialised = [];
            foreach ((string name, Tensor target) in network.state_dict())
            {
                if (file.Tensors.TryGetValue(AveragePrefix + name, out Tensor? source) && source.shape.SequenceEqual(target.shape))
                {
                    target.copy_(source);
                }
                else
                {
                    initialised.Add(name);
                }
            }

            return initialised;
        }
        finally
        {
            Dispose(file);
        }
    }

    private static TrainingSettings ReadSettings(string path, SafeTensorsFile file)
    {
        string found = file.Metadata.GetValueOrDefault("format", "nothing");
        if (found != Format)
        {
            throw new WeightsFileException($"{path}: is marked as {found}, expected {Format}; a checkpoint is made by 'leafseg-train train'");
        }

        try
        {
            return JsonSerializer.Deserialize<TrainingSettings>(file.Metadata["settings"], Json) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            throw new WeightsFileException($"{path}: its settings are of another version of this program ({JsonFault.InWords(e)})", e);
        }
    }

    /// <summary>Checkpoints of earlier versions hold only the step; such a run had no other state.</summary>
    private static RunState ReadState(string path, SafeTensorsFile file)
    {
        try
        {
            if (file.Metadata.TryGetValue("run", out string? run))
            {
                return JsonSerializer.Deserialize<RunState>(run, Json) ?? throw new JsonException("null");
            }

            int step = int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
            return new RunState { Step = step, ValidatedStep = step };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException)
        {
            throw new WeightsFileException($"{path}: the state of its run is of another version of this program ({JsonFault.InWords(e)})", e);
        }
    }

    private static MaskRcnn Fill(string path, SafeTensorsFile file, string prefix, MaskRcnn network)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor target) in network.state_dict())
        {
            if (!file.Tensors.TryGetValue(prefix + name, out Tensor? source) || !source.shape.SequenceEqual(target.shape))
            {
                // The network was built by the file's own settings.
                string found = source is null ? "is missing" : $"is {WeightsReport.Shape(source.shape)}";
                throw new WeightsFileException(
                    $"{path}: {prefix}{name} {found}, expected {WeightsReport.Shape(target.shape)} by the settings in the same file; "
                    + "it is damaged, or of another version of this program: copy it again, or take another checkpoint of the run");
            }

            target.copy_(source);
        }

        return network;
    }

    private static void Dispose(SafeTensorsFile file)
    {
        foreach (Tensor value in file.Tensors.Values)
        {
            value.Dispose();
        }
    }

    /// <summary>A run as it was when the checkpoint was written.</summary>
    internal sealed record Resumed(TrainingSettings Settings, RunState State, MaskRcnn Network, MaskRcnn Average, byte[] OptimiserState);
}
