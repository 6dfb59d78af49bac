using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>How a <see cref="SpatialConvolution"/> is built.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConvolutionForm>))]
internal enum ConvolutionForm
{
    /// <summary>One 3x3 kernel over all channels, as in the papers.</summary>
    Full,

    /// <summary>3x3 channel by channel, then 1x1.</summary>
    Separable,
}
