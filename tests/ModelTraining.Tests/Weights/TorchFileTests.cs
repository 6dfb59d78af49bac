using System.Globalization;
using System.Security.Cryptography;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Files that PyTorch itself wrote.</summary>
public class TorchFileTests
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["float32"] = ScalarType.Float32,
        ["float16"] = ScalarType.Float16,
        ["bfloat16"] = ScalarType.BFloat16,
        ["int64"] = ScalarType.Int64,
    };

    [Theory]
    [InlineData("sample-legacy.pth")]
    [InlineData("sample-zip.pth")]
    public void Every_tensor_has_its_shape_type_and_values(string name)
    {
        string folder = Shared.Require("weights");
        string[][] expected = [.. File.ReadLines(Path.Combine(folder, "samples.tsv")).Skip(1).Select(line => line.Split('\t'))];

        using WeightsFile file = WeightsFile.Read(Path.Combine(folder, name));

        Assert.Equal(WeightsForm.Torch, file.Form);
        Assert.Equal(expected.Select(row => row[0]), file.Tensors.Keys);
        Assert.All(expected, row =>
        {
            Tensor tensor = file.Tensors[row[0]];
            Assert.Equal(row[1], tensor.dim() == 0 ? "scalar" : string.Join('x', tensor.shape));
            Assert.Equal(Types[row[2]], tensor.dtype);
            using Tensor contiguous = tensor.contiguous();
            byte[] bytes = tensor.NumberOfElements == 0 ? [] : contiguous.bytes.ToArray();
            Assert.Equal(row[3], Convert.ToHexStringLower(SHA256.HashData(bytes)));
        });
    }

    [Theory]
    [InlineData("refuse-legacy.pth")]
    [InlineData("refuse-zip.pth")]
    public void A_file_that_would_run_a_command_is_refused_by_the_command_s_name(string name)
    {
        string path = Shared.Require($"weights/{name}");

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(path));

        Assert.Contains("posix.system", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample-legacy.pth")]
    [InlineData("sample-zip.pth")]
    public void A_file_cut_at_any_place_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(Shared.Require($"weights/{name}"));
        using TemporaryFile cut = new();
        int step = Math.Max(1, whole.Length / 300);
        for (int length = 0; length < whole.Length; length += length < 6000 ? 37 : step)
        {
            File.WriteAllBytes(cut.Path, whole.AsSpan(0, length));
            try
            {
                using WeightsFile file = WeightsFile.Read(cut.Path);
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{length} of {whole.Length} bytes were read"));
            }
            catch (WeightsFileException)
            {
            }
        }
    }
}
