using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>What all convolutions of a part have in common.</summary>
/// <param name="Norm">The norm behind each, if any.</param>
/// <param name="Epsilon">Added to the norm's variance.</param>
/// <param name="Bias">Whether the convolution itself has a bias.</param>
internal sealed record ConvolutionStyle(Normalisation? Norm, double Epsilon, bool Bias)
{
    /// <summary>A bias and nothing else.</summary>
    public static ConvolutionStyle Plain { get; } = new(Norm: null, 0, Bias: true);

    public ConvolutionLayer Layer(ConvolutionShape shape) => Norm switch
    {
        null => new PlainConvolution(shape, Bias),
        Normalisation.Frozen => new FrozenNormConvolution(shape, Bias, Epsilon),
        Normalisation.Batch => new BatchNormConvolution(shape, Bias, Epsilon),
        Normalisation.Group => new GroupNormConvolution(shape, Bias, Epsilon),
        _ => throw new SettingsException(
            $"Network:Normalisation is {Norm}, expected one of {string.Join(", ", Enum.GetNames<Normalisation>())}."),
    };
}
