using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>Where a tensor of a file goes.</summary>
internal sealed record Place
{
    private static readonly Func<Tensor, Tensor> Same = value => value;

    private Place()
    {
    }

    /// <summary>The name in <see cref="Networks.MaskRcnn"/>'s state; null where the network has nothing like it.</summary>
    public string? Name { get; private init; }

    /// <summary>Brings the values into the network's order. Its result is the tensor that the network has.</summary>
    public Func<Tensor, Tensor> Turn { get; private init; } = Same;

    /// <summary>Why the tensor is left out, where a reader would expect it to be used.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>What a detector has no use for, such as the classifier behind a backbone.</summary>
    public static Place None { get; } = new();

    public static Place At(string name, Func<Tensor, Tensor>? turn = null) => new() { Name = name, Turn = turn ?? Same };

    public static Place LeftOut(string why) => new() { WhyNot = why };

    /// <summary>A layer that answers class by class: background first, of which the network has "leaf" as the only other.</summary>
    /// <param name="name">Where it goes.</param>
    /// <param name="classes">How many the file has, with the background.</param>
    /// <param name="turn">Takes what the network has out of the tensor of two classes.</param>
    public static Place OfClasses(string name, long classes, Func<Tensor, Tensor>? turn = null) => classes == 2
        ? At(name, turn)
        : LeftOut($"{classes} classes in the file, 2 in the network, where leaf is a new one");
}
