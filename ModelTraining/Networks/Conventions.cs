using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// Whose conventions the network keeps. Weights give their numbers only under the conventions that they were trained
/// with; <see cref="Convention"/> lists what that is.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Conventions>))]
internal enum Conventions
{
    /// <summary>Ours: pixels, anchors and samples at their centres everywhere.</summary>
    LeafSeg,

    /// <summary>torchvision's <c>maskrcnn_resnet50_fpn</c>.</summary>
    Torchvision,

    /// <summary>matterport's Mask R-CNN in Keras, which the described system was trained with.</summary>
    Matterport,
}
