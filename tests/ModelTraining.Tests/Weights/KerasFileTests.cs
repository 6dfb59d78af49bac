using System.Security.Cryptography;
using CsCheck;
using LeafSeg.ModelTraining.Weights;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>HDF5 files with the layers of matterport's Mask R-CNN.</summary>
public sealed class KerasFileTests(KerasFiles files) : IClassFixture<KerasFiles>
{
    /// <summary>Ours, then the one that Keras made where it is there.</summary>
    public static TheoryData<bool> Origins => KerasFiles.Recorded is null ? [false] : [false, true];

    [Theory]
    [MemberData(nameof(Origins))]
    public void Every_weight_is_read_with_its_shape_and_values(bool recorded)
    {
        string path = recorded ? files.RecordedWeights() : Path.Combine(files.Answers(), "weights.h5");
        string[][] expected = [.. File.ReadLines(Path.Combine(recorded ? KerasFiles.Recorded! : files.Answers(), "layers.tsv")).Skip(1)
            .Select(line => line.Split('\t')).Where(row => row[2] != "-")];

        using WeightsFile file = WeightsFile.Read(path);

        Assert.Equal(WeightsForm.Keras, file.Form);
        Assert.Equal(expected.Select(row => row[2][1..]), file.Tensors.Keys);
        Assert.All(expected, row =>
        {
            Tensor tensor = file.Tensors[row[2][1..]];
            Assert.Equal(row[3], string.Join('x', tensor.shape));
            Assert.Equal(row[4], Convert.ToHexStringLower(SHA256.HashData(tensor.bytes)));
        });
    }

    [Fact]
    public void Where_a_weight_lies_is_told_by_the_attribute_and_not_by_the_layer_s_name()
    {
        using WeightsFile plain = WeightsFile.Read(files.Small());
        using WeightsFile renamed = WeightsFile.Read(files.Small(renamed: true));

        Assert.Equal("conv1/conv1_1/kernel:0", renamed.Tensors.Keys.First());
        Assert.All(plain.Tensors.Values.Zip(renamed.Tensors.Values), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void A_whole_saved_model_is_read_too()
    {
        using WeightsFile plain = WeightsFile.Read(files.Small());
        using WeightsFile whole = WeightsFile.Read(files.Convert(
            files.Small(), "whole.h5",
            """
            import h5py, sys
            with h5py.File(sys.argv[1]) as a, h5py.File(sys.argv[2], 'w') as b:
                m = b.create_group('model_weights')
                for k in a: a.copy(k, m)
                m.attrs.create('layer_names', list(a.attrs['layer_names'].astype(str)), dtype=h5py.string_dtype())
                m.create_group('top_level_model_weights').attrs.create('weight_names', [], dtype='f8')
                b.create_group('optimizer_weights')
                b.attrs['model_config'] = '{}'
            """));

        Assert.Equal(plain.Tensors.Keys, whole.Tensors.Keys);
    }

    [Fact]
    public void An_hdf5_file_of_something_else_is_refused()
    {
        string path = files.Convert(
            files.Small(), "other.h5", "import h5py, sys\nh5py.File(sys.argv[2], 'w').create_dataset('pictures', data=[1.0, 2.0])");

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(path));

        Assert.Contains("layer_names", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_that_claims_more_than_the_file_has_takes_no_room()
    {
        string path = files.Convert(
            files.Small(), "huge.h5",
            """
            import h5py, sys
            with h5py.File(sys.argv[2], 'w') as b:
                b.attrs['layer_names'] = [b'conv1']
                g = b.create_group('conv1')
                g.attrs['weight_names'] = [b'kernel:0']
                g.create_dataset('kernel:0', shape=(1 << 20, 1 << 20), dtype='<f4', chunks=(1024, 1024), compression='gzip')
            """);

        WeightsFileException refusal = Assert.Throws<WeightsFileException>(() => WeightsFile.Read(path));

        Assert.Contains("larger than the file", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_at_any_place_is_refused()
    {
        byte[] whole = File.ReadAllBytes(files.Small());
        using TemporaryFile cut = new();
        for (int i = 0; i < 60; i++)
        {
            File.WriteAllBytes(cut.Path, whole.AsSpan(0, (int)((long)whole.Length * i / 60)));
            Assert.Throws<WeightsFileException>(() => WeightsFile.Read(cut.Path));
        }
    }

    [Fact]
    public void A_file_with_some_bytes_changed_is_read_or_refused()
    {
        byte[] whole = File.ReadAllBytes(files.Tiny());
        Gen.Select(Gen.Int[8, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                byte[] changed = [.. whole];
                foreach ((int place, byte value) in changes)
                {
                    changed[place] = value;
                }

                using TemporaryFile temporary = new(changed);
                try
                {
                    WeightsFile.Read(temporary.Path).Dispose();
                }
                catch (WeightsFileException)
                {
                }
            },
            iter: 3000);
    }
}
