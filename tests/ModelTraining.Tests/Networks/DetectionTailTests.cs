using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Onnx;
using LeafSeg.ModelTraining.Onnx.Schema;
using LeafSeg.ModelTraining.Tests.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Tests.Networks;

public sealed class DetectionTailTests : IDisposable
{
    private readonly DisposeScope disposing = NewDisposeScope();

    public void Dispose() => disposing.Dispose();

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void Boxes_move_by_their_deltas(int seed, int count)
    {
        float[] boxes = RandomBoxes(seed, count, 200);
        float[] deltas = Normals(seed + 1, count * 4, 4);
        BoxCoder coder = new(10, 5);

        Tensor actual = OnnxRun.Single((g, v) => g.DecodeBoxes(v[0], v[1], coder), Rows(boxes), Rows(deltas));

        Assert.Equal([count, 4], actual.shape);
        float[] decoded = actual.Elements<float>();
        for (int i = 0; i < count; i++)
        {
            double[] expected = DetectionReference.Decode(boxes.AsSpan(4 * i, 4), deltas.AsSpan(4 * i, 4), 10, 5);
            for (int c = 0; c < 4; c++)
            {
                Assert.Equal(expected[c], decoded[(4 * i) + c], 1e-3);
            }
        }
    }

    [Fact]
    public void A_huge_size_is_held_back()
    {
        Tensor box = tensor(new float[,] { { 0, 0, 16, 16 } });
        Tensor delta = tensor(new float[,] { { 0, 0, 1e9f, 1e9f } });

        Tensor actual = OnnxRun.Single((g, v) => g.DecodeBoxes(v[0], v[1], BoxCoder.Proposals), box, delta);

        TensorAssert.Close(tensor(new float[,] { { -492, -492, 508, 508 } }), actual, 1e-3);
    }

    [Fact]
    public void A_box_with_a_side_that_is_too_short_is_no_candidate()
    {
        Tensor boxes = tensor(new float[,] { { 0, 0, 2, 9 }, { 0, 0, 1.5f, 9 }, { 0, 0, 9, 1.5f }, { 5, 5, 5, 5 } });
        Tensor scores = tensor(new float[] { 1, 2, 3, 4 });

        Tensor actual = OnnxRun.Single((g, v) => g.ExcludeSmallBoxes(v[0], v[1], 2), boxes, scores);

        Assert.Equal([1f, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], actual.Elements<float>());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void The_best_anchors_of_a_level_come_with_their_own_deltas(int most)
    {
        const int Height = 5, Width = 7, Anchors = 3, Count = Height * Width * Anchors, Stride = 8;
        AnchorStyle style = AnchorStyle.CellCentres;
        Box[] anchors = AnchorGrid.Level(new InputShape(Height, Width), Stride, [24], [0.5f, 1, 2], style);
        DetectionTail.LevelAnchors level = new(2, Stride, style.CentreInCell, [.. style.Shapes([24], [0.5f, 1, 2])]);
        // Whole numbers, so that there are ties.
        float[] objectness = [.. Normals(5, Count, 3).Select(s => MathF.Round(s))];
        float[] deltas = Normals(6, Count * 4, 1);

        Tensor[] actual = OnnxRun.Run(
            (g, v) => { DetectionTail.Candidates best = g.BestAnchors(v[0], v[1], level, most); return [best.Boxes, best.Deltas, best.Objectness, g.Cast(best.Levels, TensorProto.Types.DataType.Float)]; },
            tensor(objectness).reshape(1, Anchors, Height, Width), tensor(deltas).reshape(1, Anchors * 4, Height, Width));

        // Place of anchor `index` (row by row, anchor by anchor in a cell) in a map of channels.
        int InMap(int index, int channels, int channel) => ((((index % Anchors * channels) + channel) * Height * Width) + (index / Anchors));
        int[] best = [.. Enumerable.Range(0, Count).OrderByDescending(i => objectness[InMap(i, 1, 0)]).ThenBy(i => i).Take(most)];
        Assert.Equal(best.Select(i => anchors[i]), MemoryMarshal.Cast<float, Box>(actual[0].Elements<float>()).ToArray());
        Assert.Equal(best.SelectMany(i => Enumerable.Range(0, 4).Select(c => deltas[InMap(i, 4, c)])), actual[1].Elements<float>());
        Assert.Equal(best.Select(i => objectness[InMap(i, 1, 0)]), actual[2].Elements<float>());
        Assert.Equal(best.Select(_ => 2f), actual[3].Elements<float>());
    }

    [Fact]
    public void The_best_of_all_levels_are_the_best_of_one_pool()
    {
        float[] objectness = [.. Normals(7, 2 * 4 * 4, 2).Select(s => MathF.Round(s))];
        DetectionTail.LevelAnchors[] levels = [new(0, 4, 0.5f, [(4, 4), (8, 8)]), new(0, 8, 0.5f, [(16, 16), (32, 32)])];
        float[] coarse = [.. Normals(8, 2 * 2 * 2, 2).Select(s => MathF.Round(s))];
        const int Most = 9;

        Tensor[] actual = OnnxRun.Run(
            (g, v) =>
            {
                DetectionTail.Candidates best = g.BestOf(
                    g.Join([g.BestAnchors(v[0], v[1], levels[0], Most), g.BestAnchors(v[2], v[3], levels[1], Most)]), Most);
                return [best.Objectness, best.Boxes];
            },
            tensor(objectness).reshape(1, 2, 4, 4), zeros(1, 8, 4, 4), tensor(coarse).reshape(1, 2, 2, 2), zeros(1, 8, 2, 2));

        // Level after level, row by row, anchor by anchor in a cell.
        (float Logit, float Side)[] all =
        [
            .. Enumerable.Range(0, 32).Select(i => (objectness[(i % 2 * 16) + (i / 2)], i % 2 == 0 ? 8f : 16f)),
            .. Enumerable.Range(0, 8).Select(i => (coarse[(i % 2 * 4) + (i / 2)], i % 2 == 0 ? 32f : 64f)),
        ];
        (float Logit, float Side)[] expected = [.. all.Select((a, i) => (a, i)).OrderByDescending(p => p.a.Logit).ThenBy(p => p.i).Take(Most).Select(p => p.a)];
        Assert.Equal(expected.Select(a => a.Logit), actual[0].Elements<float>());
        Assert.Equal(expected.Select(a => a.Side), MemoryMarshal.Cast<float, Box>(actual[1].Elements<float>()).ToArray().Select(box => box.Width));
    }

    [Fact]
    public void Boxes_end_where_an_input_of_any_shape_ends()
    {
        Tensor boxes = tensor(new float[,] { { -5, -1, 300, 500 }, { 10, 20, 30, 40 } });

        Tensor actual = OnnxRun.Single((g, v) => g.ClipBoxes(v[0], g.Bounds(v[1], margin: 1)), boxes, zeros(1, 96, 224, 3));

        TensorAssert.Equal(tensor(new float[,] { { 0, 0, 223, 95 }, { 10, 20, 30, 40 } }), actual);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 7)]
    [InlineData(3, 1000)]
    public void Proposals_are_suppressed_a_level_and_ranked_together(int seed, int most)
    {
        int[] levelCounts = [40, 60, 25, 1];
        int total = levelCounts.Sum();
        float[] boxes = RandomBoxes(seed, total, 60);
        float[] scores = [.. Normals(seed + 10, total, 5).Select(s => MathF.Round(s))];
        scores[3] = scores[50] = float.NegativeInfinity;
        List<int> kept = [];
        int start = 0;
        foreach (int count in levelCounts)
        {
            IEnumerable<int> candidates = Enumerable.Range(start, count).Where(i => scores[i] > float.NegativeInfinity);
            kept.AddRange(DetectionReference.Suppress(boxes, candidates, i => scores[i], .3f));
            start += count;
        }

        int[] expected = [.. kept.OrderByDescending(i => scores[i]).Take(most)];

        Tensor actual = OnnxRun.Single(
            (g, v) => g.SelectProposals(Candidates(v), levelCounts.Length, float.NegativeInfinity, .3f, most),
            Rows(boxes), tensor(scores), Levels(levelCounts));

        TensorAssert.Equal(Rows([.. expected.SelectMany(i => boxes.AsSpan(4 * i, 4).ToArray())]), actual);
        Assert.InRange(expected.Length, 1, Math.Min(most, total - 10));
    }

    [Fact]
    public void Where_every_box_is_excluded_there_are_no_proposals()
    {
        Tensor scores = full(6, float.NegativeInfinity);

        Tensor actual = OnnxRun.Single(
            (g, v) => g.SelectProposals(Candidates(v), 2, float.NegativeInfinity, .7f, 300), Rows(RandomBoxes(1, 6, 50)), scores, Levels([4, 2]));

        Assert.Equal([0L, 4], actual.shape);
    }

    [Fact]
    public void What_is_too_unsure_is_no_proposal()
    {
        Tensor boxes = tensor(new float[,] { { 0, 0, 8, 8 }, { 20, 0, 28, 8 }, { 40, 0, 48, 8 } });

        Tensor actual = OnnxRun.Single(
            (g, v) => g.SelectProposals(Candidates(v), 1, leastObjectness: -1, .7f, 300), boxes, tensor(new float[] { -1, 3, -0.5f }), Levels([3]));

        TensorAssert.Equal(tensor(new float[,] { { 20, 0, 28, 8 }, { 40, 0, 48, 8 } }), actual);
    }

    [Theory]
    [InlineData(1, 60, 300)] // boxes of all sizes
    [InlineData(2, 20, 10)] // only small ones: the upper levels are empty
    [InlineData(3, 1, 300)]
    [InlineData(4, 0, 300)]
    public void Each_box_is_pooled_from_the_level_of_its_size(int seed, int count, float extent)
    {
        const int Channels = 3, Size = 4, Samples = 2, Picture = 128;
        int[] strides = [4, 8, 16, 32];
        float[] areaSteps = [32 * 32, 64 * 64, 128 * 128];
        Tensor[] maps = [.. strides.Select((stride, i) => tensor(Normals(seed + i, Channels * Picture / stride * (Picture / stride), 1))
            .reshape(1, Channels, Picture / stride, Picture / stride))];
        float[] boxes = RandomBoxes(seed, count, extent);
        if (count > 1)
        {
            boxes.AsSpan(0, 4).Clear(); // no extent at all
            new float[] { 8, 8, 40, 40 }.CopyTo(boxes.AsSpan(4)); // exactly on a step
        }

        Tensor actual = OnnxRun.Single(
            (g, v) => g.PoolFromPyramid([.. strides.Select((stride, i) => (v[i + 1], stride))], v[0], areaSteps, Size, RoiSampling.HalfPixel),
            [Rows(boxes), .. maps]);

        Assert.Equal([count, Channels, Size, Size], actual.shape);
        float[] pooled = actual.Elements<float>();
        for (int i = 0; i < count; i++)
        {
            int level = areaSteps.Count(step => DetectionReference.Area(boxes, i) >= step);
            int cells = Picture / strides[level];
            for (int c = 0; c < Channels; c++)
            {
                float[] map = maps[level][0, c].Elements<float>();
                for (int cell = 0; cell < Size * Size; cell++)
                {
                    double expected = DetectionReference.Pool(
                        map, cells, cells, boxes.AsSpan(4 * i, 4), 1.0 / strides[level], Size, Samples, cell % Size, cell / Size);
                    Assert.Equal(expected, pooled[(((i * Channels) + c) * Size * Size) + cell], 1e-4);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 80, 100)]
    [InlineData(2, 80, 5)]
    [InlineData(3, 1, 100)]
    [InlineData(4, 0, 100)]
    public void Detections_are_suppressed_and_ranked(int seed, int count, int most)
    {
        float[] boxes = RandomBoxes(seed, count, 80);
        // Steps of 1/8, so that there are ties and scores exactly at the threshold.
        float[] scores = [.. Normals(seed + 10, count, 0.4f).Select(s => MathF.Round(MathF.Abs(s) * 8) / 8)];
        IEnumerable<int> candidates = Enumerable.Range(0, count).Where(i => scores[i] > .25f);
        List<int> expected = [.. DetectionReference.Suppress(boxes, candidates, i => scores[i], .5f).Take(most)];

        Tensor[] actual = OnnxRun.Run(
            (g, v) => { var (b, s) = g.SelectDetections(v[0], v[1], .25f, .5f, most); return [b, s]; }, Rows(boxes), tensor(scores));

        TensorAssert.Equal(Rows([.. expected.SelectMany(i => boxes.AsSpan(4 * i, 4).ToArray())]), actual[0]);
        Assert.Equal(expected.Select(i => scores[i]), actual[1].Elements<float>());
    }

    private static DetectionTail.Candidates Candidates(OnnxValue[] values) => new(values[0], default, values[1], values[2]);

    private static Tensor Levels(IReadOnlyList<int> counts) =>
        tensor([.. counts.SelectMany((count, level) => Enumerable.Repeat((long)level, count))]);

    private static Tensor Rows(float[] boxes) => tensor(boxes).reshape(-1, 4);

    private static float[] RandomBoxes(int seed, int count, float extent)
    {
        Random random = new(seed);
        float[] boxes = new float[count * 4];
        for (int i = 0; i < count; i++)
        {
            boxes[4 * i] = random.NextSingle() * 100;
            boxes[(4 * i) + 1] = random.NextSingle() * 100;
            boxes[(4 * i) + 2] = boxes[4 * i] + (extent * random.NextSingle());
            boxes[(4 * i) + 3] = boxes[(4 * i) + 1] + (extent * random.NextSingle());
        }

        return boxes;
    }

    private static float[] Normals(int seed, int count, float deviation)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            deviation * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle()))];
    }
}
