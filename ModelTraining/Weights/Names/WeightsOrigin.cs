using LeafSeg.ModelTraining.Networks;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>Whose names a file uses and of which network, seen in the names and shapes themselves.</summary>
internal abstract class WeightsOrigin
{
    private static readonly Func<WeightsFile, WeightsOrigin?>[] Known =
    [
        OwnNames.Recognise,
        TorchvisionMaskRcnn.Recognise,
        TorchvisionResNet.Recognise,
        EfficientNetLite.Recognise,
        MatterportMaskRcnn.Recognise,
    ];

    /// <summary>What network the file looks like, in words.</summary>
    public abstract string Description { get; }

    /// <summary>The Network:Backbone that it fits; null where there is none.</summary>
    public abstract string? Backbone { get; }

    /// <summary>The conventions that the weights were trained under, where they mean nothing under others.</summary>
    public virtual Conventions? Conventions => null;

    /// <param name="name">In the file.</param>
    /// <param name="shape">Of the tensor there.</param>
    public abstract Place Find(string name, long[] shape);

    /// <exception cref="WeightsFileException">The names are of no network that is known here.</exception>
    public static WeightsOrigin Of(WeightsFile file) =>
        Known.Select(recognise => recognise(file)).FirstOrDefault(origin => origin is not null)
        ?? throw new WeightsFileException(
            $"{file.Path}: its {file.Tensors.Count} tensors, {Printable.Text(file.Tensors.Keys.FirstOrDefault() ?? "none")} first, "
            + "are named as in no network that is known here; expected a ResNet or Mask R-CNN of torchvision, EfficientNet-Lite0, "
            + "or matterport's Mask R-CNN");
}
