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

    public static TheoryData<string> Samples => [.. Fixtures.All("weights").SelectMany(folder => Directory.GetFiles(folder, "sample-*.pth"))];

    public static TheoryData<string> Hostile => [.. Fixtures.All("weights").SelectMany(folder => Directory.GetFiles(folder, "refuse-*.pth"))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_tensor_has_its_shape_type_and_values(string path)
    {
        string[][] expected = [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, "samples.tsv")).Skip(1).Select(line => line.Split('\t'))];

        using WeightsFile file = WeightsFile.Read(path);

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
    [MemberData(nameof(Hostile))]
    public void A_file_that_would_run_a_command_is_refused_by_the_command_s_name(string path)
    {
        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(path));

        Assert.Contains("posix.system", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_file_cut_at_any_place_is_refused(string path)
    {
        byte[] whole = File.ReadAllBytes(path);
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
