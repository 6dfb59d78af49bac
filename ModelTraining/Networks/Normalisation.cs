using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>What follows the backbone's convolutions.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Normalisation>))]
internal enum Normalisation
{
    /// <summary>Batch norm that stays as the pretrained weights have it: right for batches of a few pictures.</summary>
    Frozen,

    /// <summary>Batch norm that learns; needs batches of eight pictures or so.</summary>
    Batch,

    /// <summary>Group norm (Wu and He 2018), which doesn't depend on the batch; pretrained weights were not made for it.</summary>
    Group,
}
