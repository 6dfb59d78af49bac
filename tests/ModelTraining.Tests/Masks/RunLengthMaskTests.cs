using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Tests.Masks;

public sealed class RunLengthMaskTests
{
    private static readonly Gen<(int Width, int Height, bool[] Rows)> AnyMask =
        from width in Gen.Int[1, 40]
        from height in Gen.Int[1, 40]
        from rows in Gen.Bool.Array[width * height]
        select (width, height, rows);

    public static TheoryData<string> Masks => [.. Fixtures.All("peers/coco/rle.json")];

    public static TheoryData<string> Overlaps => [.. Fixtures.All("peers/coco/iou.json")];

    [Theory]
    [MemberData(nameof(Masks))]
    public void Every_mask_reads_writes_and_measures_as_in_pycocotools(string answers)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(answers));
        foreach (JsonElement item in file.RootElement.EnumerateArray())
        {
            string name = item.GetProperty("name").GetString()!;
            (int width, int height) = SizeOf(item);
            string compressed = item.GetProperty("counts_compressed").GetString()!;
            long[] counts = [.. item.GetProperty("counts_uncompressed").EnumerateArray().Select(n => n.GetInt64())];

            RunLengthMask mask = RunLengthMask.Parse(compressed, width, height);

            Assert.Equal(counts, mask.Counts.Select(n => (long)n));
            Assert.Equal(compressed, RunLengthMask.Of(counts, width, height).ToString());
            Assert.Equal(mask, RunLengthMask.FromMask(mask.ToMask(), width, height));
            Assert.Equal(item.GetProperty("sha256").GetString(), DigestByColumns(mask));
            Assert.Equal((name, item.GetProperty("area").GetInt32()), (name, mask.Area));
            Assert.Equal((name, BoxOf(item)), (name, mask.Box));
        }
    }

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Every_overlap_is_the_one_of_pycocotools(string answers)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(answers));
        foreach (JsonElement item in file.RootElement.EnumerateArray().Where(item => item.GetProperty("kind").GetString() == "mask"))
        {
            RunLengthMask[] found = [.. item.GetProperty("dt").EnumerateArray().Select(MaskOf)];
            RunLengthMask[] truth = [.. item.GetProperty("gt").EnumerateArray().Select(MaskOf)];
            for (int d = 0; d < found.Length; d++)
            {
                for (int g = 0; g < truth.Length; g++)
                {
                    bool crowd = item.GetProperty("iscrowd")[g].GetInt32() == 1;
                    double iou = crowd
                        ? RunLengthMask.CommonPixels(found[d], truth[g]) / Math.Max(1.0, found[d].Area)
                        : RunLengthMask.IntersectionOverUnion(found[d], truth[g]);
                    Assert.Equal(item.GetProperty("iou")[d][g].GetDouble(), iou, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void A_mask_survives_its_compressed_form() => AnyMask.Sample(any =>
    {
        RunLengthMask mask = RunLengthMask.FromMask(any.Rows, any.Width, any.Height);
        RunLengthMask read = RunLengthMask.Parse(mask.ToString(), any.Width, any.Height);
        return read == mask && read.ToMask().SequenceEqual(any.Rows) && read.Area == any.Rows.Count(inside => inside);
    });

    [Fact]
    public void Union_and_overlap_count_pixels() => Gen.Select(AnyMask, Gen.Bool.Array[1600]).Sample((any, more) =>
    {
        bool[] other = more[..any.Rows.Length];
        RunLengthMask first = RunLengthMask.FromMask(any.Rows, any.Width, any.Height);
        RunLengthMask second = RunLengthMask.FromMask(other, any.Width, any.Height);
        bool[] joined = [.. any.Rows.Zip(other, (a, b) => a || b)];
        return RunLengthMask.Union([first, second]) == RunLengthMask.FromMask(joined, any.Width, any.Height)
            && RunLengthMask.CommonPixels(first, second) == any.Rows.Zip(other, (a, b) => a && b).Count(both => both);
    });

    [Fact]
    public void Filling_a_map_gives_back_the_leaf()
    {
        LabelMap map = Maps.Of("..1.", ".11.", "....");
        LabelMap copy = new(4, 3);
        RunLengthMask.FromLabel(map, 1).Fill(copy, 7);
        Assert.Equal([0, 0, 7, 0, 0, 7, 7, 0, 0, 0, 0, 0], copy.Labels);
        Assert.Throws<ArgumentException>(() => RunLengthMask.FromLabel(map, 1).Fill(new LabelMap(3, 4), 7));
    }

    [Theory]
    [InlineData("o", "ends within")]
    [InlineData("oooooooooooooooooooo", "no end")]
    [InlineData("0 o1", "' '")]
    [InlineData("n1", "expected 63")]
    [InlineData("o11", "expected 63")]
    [InlineData("o2", "a run of 95")]
    [InlineData("O", "a run of -1")]
    [InlineData("", "runs of 0 pixels")]
    public void A_damaged_mask_is_refused(string text, string why)
    {
        FormatException error = Assert.Throws<FormatException>(() => RunLengthMask.Parse(text, 9, 7));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    internal static string DigestByColumns(RunLengthMask mask)
    {
        byte[] columns = new byte[mask.Width * mask.Height];
        foreach ((int start, int end) in mask.Runs())
        {
            columns.AsSpan(start, end - start).Fill(1);
        }

        return Convert.ToHexStringLower(SHA256.HashData(columns));
    }

    internal static (int Width, int Height) SizeOf(JsonElement item) =>
        (item.GetProperty("size")[1].GetInt32(), item.GetProperty("size")[0].GetInt32());

    internal static PixelBox BoxOf(JsonElement item)
    {
        int[] box = [.. item.GetProperty("bbox").EnumerateArray().Select(n => (int)n.GetDouble())];
        return new PixelBox(box[0], box[1], box[0] + box[2], box[1] + box[3]);
    }

    private static RunLengthMask MaskOf(JsonElement item)
    {
        (int width, int height) = SizeOf(item);
        return RunLengthMask.Parse(item.GetProperty("counts").GetString()!, width, height);
    }
}
