using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests.Segmentation;

namespace LeafSeg.Common.Tests.Models;

public sealed class InputSizesTests
{
    private static readonly InputSizes Sizes = new() { Smallest = 384, Largest = 640, Scale = 1.25f };

    [Theory]
    [InlineData(16, 16, 384, 384)]
    [InlineData(170, 165, 384, 384)]
    [InlineData(320, 250, 416, 352)] // 400 and 325 px are rounded up
    [InlineData(500, 530, 608, 640)]
    [InlineData(2592, 1944, 640, 480)]
    [InlineData(2000, 100, 640, 32)]
    [InlineData(1, 5000, 32, 640)]
    public void The_input_follows_the_picture_between_two_limits(int width, int height, int inputWidth, int inputHeight)
    {
        Letterbox letterbox = Sizes.LetterboxFor(width, height);

        Assert.Equal((inputWidth, inputHeight), (letterbox.InputWidth, letterbox.InputHeight));
    }

    [Fact]
    public void A_file_without_them_has_one_square_input_and_one_with_them_is_of_a_newer_contract()
    {
        ModelMetadata square = TinyModel.Metadata, free = square with { Inputs = Sizes };

        Assert.Equal(("2", "3"), (square.Contract, free.Contract));
        Assert.Null(ModelMetadata.Parse(square.ToProperties(), "model").Inputs);
        Assert.Equal(Sizes, ModelMetadata.Parse(free.ToProperties(), "model").Inputs);
        Assert.Equal((64, 64), (square.LetterboxFor(500, 10).InputWidth, square.LetterboxFor(500, 10).InputHeight));
    }

    [Theory]
    [InlineData("leafseg.input_smallest", null)]
    [InlineData("leafseg.input_largest", null)]
    [InlineData("leafseg.input_scale", null)]
    [InlineData("leafseg.input_smallest", "400")]
    [InlineData("leafseg.input_largest", "639")]
    [InlineData("leafseg.input_smallest", "672")]
    [InlineData("leafseg.input_scale", "0")]
    [InlineData("leafseg.input_scale", "Infinity")]
    public void What_is_missing_or_contradicts_itself_is_shown(string key, string? value)
    {
        Dictionary<string, string> properties = new((TinyModel.Metadata with { Inputs = Sizes }).ToProperties());
        properties.Remove(key);
        if (value is not null)
        {
            properties.Add(key, value);
        }

        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelMetadata.Parse(properties, "some.onnx"));

        Assert.Equal(ModelFault.Metadata, error.Fault);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(value ?? "missing", error.Message, StringComparison.Ordinal);
    }
}
