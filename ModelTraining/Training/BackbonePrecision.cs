using System.Text.Json.Serialization;

namespace LeafSeg.ModelTraining.Training;

/// <summary>See <see cref="Networks.MaskRcnn.BackboneType"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackbonePrecision>))]
internal enum BackbonePrecision
{
    Float32,

    /// <summary>Faster where the processor has AVX512-BF16 or AMX, slower where it has not.</summary>
    BFloat16,
}
