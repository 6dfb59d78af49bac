using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Weights;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void What_was_written_is_read_back()
    {
        Tensor floats = randn(2, 3, 4);
        Tensor bytes = tensor(new byte[] { 1, 2, 255 });
        Tensor turned = arange(6, ScalarType.Float32).view(2, 3).t();
        SafeTensorsFile.Write(
            path, new Dictionary<string, Tensor> { ["a"] = floats, ["b"] = bytes, ["c"] = turned, ["d"] = tensor(7L) },
            new Dictionary<string, string> { ["step"] = "12" });

        SafeTensorsFile file = SafeTensorsFile.Read(path);

        Assert.Equal("12", file.Metadata["step"]);
        Assert.True(file.Tensors["a"].equal(floats).all().item<bool>());
        Assert.Equal([1, 2, 255], file.Tensors["b"].data<byte>().ToArray());
        Assert.Equal([0f, 3, 1, 4, 2, 5], file.Tensors["c"].data<float>().ToArray());
        Assert.Equal(7, file.Tensors["d"].item<long>());
    }

    [Fact]
    public void A_file_cut_at_any_place_is_refused()
    {
        SafeTensorsFile.Write(path, new Dictionary<string, Tensor> { ["a"] = randn(16) }, new Dictionary<string, string>());
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<WeightsFileException>(() => SafeTensorsFile.Read(path));
        }
    }
}
