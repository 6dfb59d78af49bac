using System.Buffers;
using System.Numerics.Tensors;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>From masks inside boxes to one label for each pixel of the picture.</summary>
public static class LeafMap
{
    /// <summary>A pixel belongs to the plant from this chance on.</summary>
    private const float Threshold = 0.5f;

    /// <summary>A mask that gives a pixel less has no say in it.</summary>
    private const float Least = 0.2f;

    /// <summary>A leaf that keeps less of the pixels that it claimed is a second sight of others.</summary>
    private const double KeptShare = 0.4;

    /// <summary>
    /// Pastes every mask once, straight into the picture's own resolution, by sampling it bilinearly at the centre of
    /// each pixel (RoIAlign's aligned=True read backwards), and resolves overlaps.
    /// </summary>
    /// <remarks>
    /// Masks are of visible pixels, and a visible pixel is of one leaf: the chances of all leaves that one can see there add up
    /// to the chance that it is plant. From one half on it is, and goes to the largest score times probability: the chance that
    /// this leaf exists and has this pixel (as in MaskFormer, Cheng et al. 2021). So there is no hole between two leaves that
    /// both may have a pixel, each with less than one half; their border runs where their masks cross, finer than a mask
    /// cell; and a doubtful second detection of one leaf loses nearly everywhere, instead of cutting a hole as it would by
    /// probability alone. By score alone the surer leaf would take the whole width of every overlap. A tie goes to the leaf
    /// named first.
    /// A leaf claims the pixels where it alone reaches one half. One that holds fewer than four tenths as many in the end is no
    /// leaf of its own, and gives back what it holds (the overlap rule of panoptic FPN, Kirillov et al. 2019). Boxes
    /// cannot tell: those of two true leaves that cross share as much as those of one leaf seen twice.
    /// </remarks>
    /// <param name="leaves">Any order; boxes in pixels of the picture, and allowed to reach beyond it.</param>
    /// <param name="width">Width of the picture, in pixels.</param>
    /// <param name="height">Height of the picture, in pixels.</param>
    /// <returns>
    /// Label i + 1 is <c>leaves[i]</c>. A leaf that others cover has no pixel: <see cref="LabelMap.Areas"/> lists those that
    /// are left, and they are what is counted.
    /// </returns>
    public static LabelMap Paste(IReadOnlyList<LeafInstance> leaves, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves.Count, ushort.MaxValue);
        for (int i = 0; i < leaves.Count; i++)
        {
            LeafInstance leaf = leaves[i];
            if (leaf.MaskSize < 1 || leaf.Mask.Length != leaf.MaskSize * leaf.MaskSize)
            {
                throw new ArgumentException(
                    $"Leaf {i + 1} has a mask of {leaf.Mask.Length} numbers, expected {leaf.MaskSize} x {leaf.MaskSize}.", nameof(leaves));
            }
        }

        LabelMap map = new(width, height);
        (int Claimed, int Kept)[] pixels = Resolve(leaves, [.. leaves.Select(_ => true)], map);
        bool[] stands = [.. pixels.Select(leaf => leaf.Kept >= KeptShare * leaf.Claimed)];
        if (stands.Contains(false))
        {
            Array.Clear(map.Labels);
            Resolve(leaves, stands, map);
        }

        return map;
    }

    /// <param name="leaves">All.</param>
    /// <param name="stands">Which of them are there.</param>
    /// <param name="map">Without a label; receives them.</param>
    /// <returns>For each leaf how many pixels it claims, and how many are its own in the end.</returns>
    private static (int Claimed, int Kept)[] Resolve(IReadOnlyList<LeafInstance> leaves, bool[] stands, LabelMap map)
    {
        // Bands of rows do not know of each other.
        int bands = Math.Clamp(Environment.ProcessorCount, 1, map.Height);
        (int Claimed, int Kept)[][] ofBands = [.. Enumerable.Range(0, bands).Select(_ => new (int, int)[leaves.Count])];

        // Read only where a label stands already, so that nothing outside the boxes is ever touched, not even to clear it.
        (float Best, float Sum)[] claims = ArrayPool<(float, float)>.Shared.Rent(map.Labels.Length);
        try
        {
            Parallel.For(0, bands, band =>
            {
                Range rows = (band * map.Height / bands)..((band + 1) * map.Height / bands);
                for (int i = 0; i < leaves.Count; i++)
                {
                    if (stands[i])
                    {
                        ofBands[band][i].Claimed = Claim(leaves[i], (ushort)(i + 1), map, rows, claims);
                    }
                }

                Keep(map, rows, claims, ofBands[band]);
            });
        }
        finally
        {
            ArrayPool<(float, float)>.Shared.Return(claims);
        }

        return [.. Enumerable.Range(0, leaves.Count).Select(i => (ofBands.Sum(band => band[i].Claimed), ofBands.Sum(band => band[i].Kept)))];
    }

    /// <summary>Labels each pixel that the leaf has the best claim to so far, and adds to the chance that it is plant.</summary>
    /// <returns>How many pixels the leaf would have if it were alone.</returns>
    private static int Claim(LeafInstance leaf, ushort label, LabelMap map, Range rows, (float Best, float Sum)[] claims)
    {
        (int left, int right, int top, int bottom) = PixelsOf(leaf, map, rows);
        if (left >= right || top >= bottom)
        {
            return 0;
        }

        int size = leaf.MaskSize;
        int columns = right - left;
        Span<int> cellOfColumn = columns <= 512 ? stackalloc int[columns] : new int[columns];
        Span<float> weightOfColumn = columns <= 512 ? stackalloc float[columns] : new float[columns];
        for (int x = 0; x < columns; x++)
        {
            (cellOfColumn[x], weightOfColumn[x]) = CellAt(left + x, leaf.Box.X1, leaf.Box.X2, size);
        }

        // One row of the mask between its cells' centres; the last cell stands twice, so that every cell has a next one.
        Span<float> row = new float[size + 1];
        int alone = 0;
        for (int y = top; y < bottom; y++)
        {
            (int cell, float weight) = CellAt(y, leaf.Box.Y1, leaf.Box.Y2, size);
            ReadOnlySpan<float> above = leaf.Mask.AsSpan(cell * size, size);
            ReadOnlySpan<float> below = leaf.Mask.AsSpan(Math.Min(cell + 1, size - 1) * size, size);
            for (int j = 0; j < size; j++)
            {
                row[j] = above[j] + (weight * (below[j] - above[j]));
            }

            row[size] = row[size - 1];
            if (TensorPrimitives.Max<float>(row) < Least)
            {
                continue;
            }

            Span<ushort> labels = map.Labels.AsSpan((y * map.Width) + left, columns);
            Span<(float Best, float Sum)> here = claims.AsSpan((y * map.Width) + left, columns);
            for (int x = 0; x < columns; x++)
            {
                int j = cellOfColumn[x];
                float probability = row[j] + (weightOfColumn[x] * (row[j + 1] - row[j]));
                if (probability < Least)
                {
                    continue;
                }

                alone += probability >= Threshold ? 1 : 0;
                float claim = leaf.Score * probability;
                if (labels[x] == 0)
                {
                    labels[x] = label;
                    here[x] = (claim, probability);
                    continue;
                }

                here[x].Sum += probability;
                if (claim > here[x].Best)
                {
                    labels[x] = label;
                    here[x].Best = claim;
                }
            }
        }

        return alone;
    }

    /// <summary>Takes the labels off the pixels that are no plant, and counts what each leaf keeps.</summary>
    private static void Keep(LabelMap map, Range rows, (float Best, float Sum)[] claims, (int Claimed, int Kept)[] pixels)
    {
        (int pixel, int end) = (rows.Start.Value * map.Width, rows.End.Value * map.Width);
        while (pixel < end)
        {
            int gap = map.Labels.AsSpan(pixel, end - pixel).IndexOfAnyExcept((ushort)0);
            if (gap < 0)
            {
                return;
            }

            for (pixel += gap; pixel < end && map.Labels[pixel] is > 0 and var label; pixel++)
            {
                if (claims[pixel].Sum >= Threshold)
                {
                    pixels[label - 1].Kept++;
                }
                else
                {
                    map.Labels[pixel] = 0;
                }
            }
        }
    }

    /// <summary>The pixels in some rows whose centres lie in a leaf's box; the second number of each pair is the one after the last.</summary>
    private static (int Left, int Right, int Top, int Bottom) PixelsOf(LeafInstance leaf, LabelMap map, Range rows)
    {
        (int left, int right) = PixelCentresBetween(leaf.Box.X1, leaf.Box.X2, map.Width);
        (int top, int bottom) = PixelCentresBetween(leaf.Box.Y1, leaf.Box.Y2, map.Height);
        return (left, right, Math.Max(top, rows.Start.Value), Math.Min(bottom, rows.End.Value));
    }

    /// <summary>First pixel whose centre lies in from..to, and the one after the last.</summary>
    private static (int First, int End) PixelCentresBetween(float from, float to, int length) => (
        (int)Math.Clamp(Math.Ceiling(from - 0.5), 0, length),
        (int)Math.Clamp(Math.Ceiling(to - 0.5), 0, length));

    /// <summary>The mask cell whose centre comes before a pixel's centre, and how far towards the next one that lies.</summary>
    private static (int Cell, float Weight) CellAt(int pixel, float from, float to, int size)
    {
        double position = ((pixel + 0.5 - from) / ((double)to - from) * size) - 0.5;
        position = Math.Clamp(position, 0, size - 1);
        int cell = (int)position;
        return (cell, (float)(position - cell));
    }
}
