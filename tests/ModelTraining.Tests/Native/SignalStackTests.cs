using LeafSeg.ModelTraining.Native;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Native;

public sealed class SignalStackTests
{
    /// <summary>On a processor with AMX the process ends here without a stack of its own.</summary>
    [Fact]
    public void A_null_reference_is_an_exception_after_a_product_in_bfloat16()
    {
        using Tensor a = ones(64, 64, dtype: ScalarType.BFloat16), product = a.matmul(a);
        Assert.Equal(64 * 64 * 64, product.to_type(ScalarType.Float32).sum().item<float>());

        using SignalStack room = new();
        string? nothing = Environment.GetEnvironmentVariable("LEAFSEG_IS_NOT_SET");
        Assert.Throws<NullReferenceException>(() => nothing!.Length);
    }

    [Fact]
    public void One_may_lie_within_another()
    {
        using SignalStack outer = new();
        using (new SignalStack())
        {
        }

        Assert.Throws<NullReferenceException>(() => ((string?)null)!.Length);
    }
}
