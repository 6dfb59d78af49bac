using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Native;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>
/// RoIAlign (He et al. 2017) over the pyramid, with its gradient. A bin is the mean of bilinear samples, whose places
/// <see cref="RoiSampling"/> says. TorchSharp has no such operator.
/// </summary>
internal sealed class RoiAlign : autograd.SingleTensorFunction<RoiAlign>
{
    public override string Name => nameof(RoiAlign);

    /// <summary>Pools every region from the pyramid level that fits its size.</summary>
    /// <param name="pyramid">P2, P3, ... as [N, C, H, W]; channels last in memory costs no copy.</param>
    /// <param name="regions">What to pool.</param>
    /// <param name="size">Bins along one side.</param>
    /// <param name="areaSteps">See <see cref="Convention.AreaSteps"/>.</param>
    /// <param name="sampling">Where the maps are read.</param>
    /// <returns>[R, C, size, size], channels last in memory.</returns>
    public static Tensor Pool(IReadOnlyList<Tensor> pyramid, IReadOnlyList<Region> regions, int size, float[] areaSteps, RoiSampling sampling)
    {
        int[] levels = [.. regions.Select(region => areaSteps.Count(step => region.Box.Area >= step))];
        Plan plan = new([.. regions], levels, size, sampling);
        List<object> arguments = [plan];
        arguments.AddRange(pyramid.Select(map => map.permute(0, 2, 3, 1).contiguous()));
        return apply([.. arguments]).permute(0, 3, 1, 2);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Plan plan = (Plan)vars[0];
        Tensor[] maps = [.. vars.Skip(1).Cast<Tensor>()];
        ctx.save_data(nameof(Plan), plan);
        ctx.save_data(nameof(Tensor.shape), maps.Select(map => map.shape).ToArray());
        long channels = maps[0].shape[3];
        Tensor output = empty(plan.Regions.Length, plan.Size, plan.Size, channels);
        Volume[] sources = [.. maps.Select(map => new Volume(map))];
        Volume target = new(output);
        Parallel.For(0, plan.Regions.Length, r => PoolRegion(plan, r, sources[plan.Levels[r]], target));
        return output;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Plan plan = (Plan)ctx.get_data(nameof(Plan));
        long[][] shapes = (long[][])ctx.get_data(nameof(Tensor.shape));
        using Tensor gradient = grad_output.contiguous();
        List<Tensor> gradients = [.. shapes.Select(shape => zeros(shape))];
        Volume source = new(gradient);
        Volume[] targets = [.. gradients.Select(map => new Volume(map))];
        int channels = (int)shapes[0][3];
        int workers = Environment.ProcessorCount;
        // Regions overlap, channels do not: each worker adds its own share of the channels, always in the same order.
        Parallel.For(0, workers, worker =>
        {
            int first = channels * worker / workers;
            int last = channels * (worker + 1) / workers;
            for (int r = 0; r < plan.Regions.Length; r++)
            {
                SpreadRegion(plan, r, source, targets[plan.Levels[r]], first, last);
            }
        });
        gradients.Insert(0, null!);
        return gradients;
    }

    private static void PoolRegion(Plan plan, int r, Volume map, Volume output)
    {
        int samples = plan.Sampling.SamplesPerBin;
        Span<Tap> rows = stackalloc Tap[plan.Size * samples];
        Span<Tap> columns = stackalloc Tap[plan.Size * samples];
        plan.Taps(r, map, rows, columns);
        int picture = plan.Regions[r].Picture;
        for (int y = 0; y < plan.Size; y++)
        {
            for (int x = 0; x < plan.Size; x++)
            {
                Span<float> bin = output.Cell(r, y, x);
                bin.Clear();
                foreach (Tap row in rows.Slice(y * samples, samples))
                {
                    foreach (Tap column in columns.Slice(x * samples, samples))
                    {
                        AddScaled(bin, map.Cell(picture, row.Low, column.Low), row.LowWeight * column.LowWeight);
                        AddScaled(bin, map.Cell(picture, row.Low, column.High), row.LowWeight * column.HighWeight);
                        AddScaled(bin, map.Cell(picture, row.High, column.Low), row.HighWeight * column.LowWeight);
                        AddScaled(bin, map.Cell(picture, row.High, column.High), row.HighWeight * column.HighWeight);
                    }
                }
            }
        }
    }

    private static void SpreadRegion(Plan plan, int r, Volume gradient, Volume map, int firstChannel, int lastChannel)
    {
        int samples = plan.Sampling.SamplesPerBin;
        Span<Tap> rows = stackalloc Tap[plan.Size * samples];
        Span<Tap> columns = stackalloc Tap[plan.Size * samples];
        plan.Taps(r, map, rows, columns);
        int picture = plan.Regions[r].Picture;
        Range share = firstChannel..lastChannel;
        for (int y = 0; y < plan.Size; y++)
        {
            for (int x = 0; x < plan.Size; x++)
            {
                ReadOnlySpan<float> bin = gradient.Cell(r, y, x)[share];
                foreach (Tap row in rows.Slice(y * samples, samples))
                {
                    foreach (Tap column in columns.Slice(x * samples, samples))
                    {
                        AddScaled(map.Cell(picture, row.Low, column.Low)[share], bin, row.LowWeight * column.LowWeight);
                        AddScaled(map.Cell(picture, row.Low, column.High)[share], bin, row.LowWeight * column.HighWeight);
                        AddScaled(map.Cell(picture, row.High, column.Low)[share], bin, row.HighWeight * column.LowWeight);
                        AddScaled(map.Cell(picture, row.High, column.High)[share], bin, row.HighWeight * column.HighWeight);
                    }
                }
            }
        }
    }

    /// <summary>target += source * factor, vectorised over the channels.</summary>
    private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        if (factor == 0)
        {
            return;
        }

        Span<Vector<float>> targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        ReadOnlySpan<Vector<float>> sources = MemoryMarshal.Cast<float, Vector<float>>(source);
        Vector<float> factors = new(factor);
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] += sources[i] * factors;
        }

        for (int i = targets.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>A box to pool from a picture of the batch.</summary>
    internal readonly record struct Region(int Picture, Box Box);

    /// <summary>Two neighbouring rows (or columns) of a map and what each of them counts in one sample.</summary>
    private readonly record struct Tap(int Low, int High, float LowWeight, float HighWeight);

    /// <summary>Which level and which samples each region reads.</summary>
    private sealed record Plan(Region[] Regions, int[] Levels, int Size, RoiSampling Sampling)
    {
        // A sample on the very edge of the map is there, however its place was rounded.
        private const float Rounding = 1e-4f;

        /// <summary>Where the samples of region <paramref name="r"/> lie; both weights carry the mean over the samples.</summary>
        public void Taps(int r, Volume map, Span<Tap> rows, Span<Tap> columns)
        {
            Box box = Regions[r].Box;
            int stride = FeaturePyramid.StrideOf(Levels[r]);
            Taps(box.Y1, box.Y2, stride, map.Height, rows);
            Taps(box.X1, box.X2, stride, map.Width, columns);
        }

        private void Taps(float from, float to, int stride, int cells, Span<Tap> taps)
        {
            (float first, float step) = Sampling.Along(from, to, stride, cells, Size);
            for (int i = 0; i < taps.Length; i++)
            {
                taps[i] = TapAt(first + (i * step), cells);
            }
        }

        private Tap TapAt(float position, int cells)
        {
            if (position < -Sampling.Reach - Rounding || position > cells - 1 + Sampling.Reach + Rounding)
            {
                return default;
            }

            float share = 1f / Sampling.SamplesPerBin;
            position = Math.Max(position, 0);
            int low = (int)position;
            if (low >= cells - 1)
            {
                return new Tap(cells - 1, cells - 1, share, 0);
            }

            float high = position - low;
            return new Tap(low, low + 1, (1 - high) * share, high * share);
        }
    }

    /// <summary>The memory of a contiguous float tensor [A, H, W, C]; lives no longer than the tensor.</summary>
    private sealed unsafe class Volume
    {
        private readonly float* first;
        private readonly int channels;

        public Volume(Tensor tensor)
        {
            first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
            Height = (int)tensor.shape[1];
            Width = (int)tensor.shape[2];
            channels = (int)tensor.shape[3];
        }

        public int Height { get; }

        public int Width { get; }

        public Span<float> Cell(int a, int y, int x) =>
            new(first + (((((long)a * Height) + y) * Width) + x) * channels, channels);
    }
}
