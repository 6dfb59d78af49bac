using CsCheck;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests.Segmentation;

namespace LeafSeg.Common.Tests.Models;

public sealed class ModelMetadataTests
{
    private static readonly Gen<string> Words = Gen.String[Gen.Char[' ', '\u00ff'], 1, 30].Where(text => !string.IsNullOrWhiteSpace(text));

    private static readonly Gen<GoldenCase> Golden =
        from png in Gen.Byte.Array[0, 40]
        from areas in Gen.Int[1, 1_000_000].Array[0, 20]
        from tolerance in Gen.Double[0, 1]
        select new GoldenCase { Png = png, LeafCount = areas.Length, AreasPx = areas, AreaTolerance = tolerance };

    private static readonly Gen<ModelMetadata> AnyMetadata =
        from name in Words
        from licence in Words
        from note in Words
        from numbers in Gen.Int[1, int.MaxValue].Array[3]
        from shares in Gen.Float[0, 1].Array[3]
        from scores in Gen.Double[-100, 100].Array[4]
        from seconds in Gen.Long[0, 4_000_000_000]
        from golden in Golden.Array[0, 4]
        select TinyModel.Metadata with
        {
            Name = name,
            Version = "1.20.3-rc.1+5",
            InputSize = numbers[0],
            MaxDetections = numbers[1],
            MaskSize = numbers[2],
            Classes = ["leaf", "flower"],
            ScoreThreshold = shares[0],
            NmsIou = shares[1],
            MaskMargin = shares[2],
            Training = $$"""{"note":{{System.Text.Json.JsonSerializer.Serialize(note)}}}""",
            Scores = new ModelScores { Sbd = scores[0], Dic = scores[1], AbsoluteDic = scores[2], FgBgDice = scores[3], Data = note, Pictures = 200 },
            Licence = licence,
            Created = DateTimeOffset.FromUnixTimeSeconds(seconds).ToOffset(TimeSpan.FromHours(2)),
            GoldenCases = golden,
        };

    [Fact]
    public void What_is_written_is_read_back() => AnyMetadata.Sample(written =>
    {
        ModelMetadata read = ModelMetadata.Parse(written.ToProperties(), "model");
        Assert.Equal(written.ScoreThreshold, read.ScoreThreshold);
        Assert.Equal(written.MaskMargin, read.MaskMargin);
        Assert.Equal(written.Created, read.Created);
        Assert.Equal(written.Classes, read.Classes);
        Assert.Equal(written.Scores, read.Scores);
        Assert.Equal(written.GoldenCases.Select(golden => golden.Png), read.GoldenCases.Select(golden => golden.Png));
        Assert.Equal(written.ToProperties(), read.ToProperties());
    });

    [Fact]
    public void Keys_of_others_are_left_alone()
    {
        Dictionary<string, string> properties = new(TinyModel.Metadata.ToProperties()) { ["producer.note"] = "x" };
        Assert.Equal(TinyModel.Metadata.ToProperties(), ModelMetadata.Parse(properties, "model").ToProperties());
    }

    [Fact]
    public void Every_key_is_needed_and_a_missing_one_is_named()
    {
        foreach (string key in TinyModel.Metadata.ToProperties().Keys)
        {
            Dictionary<string, string> properties = new(TinyModel.Metadata.ToProperties());
            properties.Remove(key);
            ModelFileException error = Assert.Throws<ModelFileException>(() => ModelMetadata.Parse(properties, "some.onnx"));
            Assert.Equal(ModelFault.Metadata, error.Fault);
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
            Assert.StartsWith("some.onnx: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("leafseg.version", "1.0")]
    [InlineData("leafseg.input_size", "0")]
    [InlineData("leafseg.input_size", "512.0")]
    [InlineData("leafseg.score_threshold", "1.5")]
    [InlineData("leafseg.score_threshold", "0,5")]
    [InlineData("leafseg.nms_iou", "NaN")]
    [InlineData("leafseg.name", " ")]
    [InlineData("leafseg.training", "[]")]
    [InlineData("leafseg.training", "{")]
    [InlineData("leafseg.scores", "{}")]
    [InlineData("leafseg.scores", "null")]
    [InlineData("leafseg.created", "2026-11-23")]
    [InlineData("leafseg.golden", """[{"seed": -1}]""")]
    public void A_value_that_cannot_be_read_is_shown(string key, string value)
    {
        Dictionary<string, string> properties = new(TinyModel.Metadata.ToProperties()) { [key] = value };
        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelMetadata.Parse(properties, "some.onnx"));
        Assert.Equal(ModelFault.Metadata, error.Fault);
        Assert.Contains($"\"{key}\" is \"{value}\"", error.Message, StringComparison.Ordinal);
    }
}
