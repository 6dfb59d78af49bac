namespace LeafSeg.ModelTraining.Weights.Names;

/// <summary>PyTorch's names of what a convolution and the batch norm behind it hold; here the two are one layer.</summary>
internal static class NormNames
{
    /// <returns>Null for what the network does not keep: how many batches were seen.</returns>
    public static string? Ours(string value, bool isNorm) => (value, isNorm) switch
    {
        ("weight" or "bias", false) => value,
        ("weight", true) => "gamma",
        ("bias", true) => "beta",
        ("running_mean", true) => "mean",
        ("running_var", true) => "variance",
        _ => null,
    };
}
