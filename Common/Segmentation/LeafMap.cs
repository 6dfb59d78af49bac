using System.Buffers;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>From masks inside boxes to one label for each pixel of the picture.</summary>
public static class LeafMap
{
    /// <summary>A pixel belongs to the plant from this chance on.</summary>
    private const float Threshold = 0.5f;

    /// <summary>About so many pixels are resolved at a time on each core.</summary>
    private const int BandPixels = 1 << 17;

    /// <summary>A lower probability is taken for 0.</summary>
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
    /// cannot decide: those of two true leaves that cross share as much as those of one leaf seen twice.
    /// In the end <see cref="LeafPieces"/> gives slivers of a leaf that lie apart from it to the leaf around them.
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

        LabelMap map = Share(leaves, width, height);
        LeafPieces.Settle(map);
        return map;
    }

    /// <summary><see cref="Paste"/> as the masks say it: a leaf may lie in any number of pieces.</summary>
    internal static LabelMap Share(IReadOnlyList<LeafInstance> leaves, int width, int height)
    {
        LabelMap map = new(width, height);
        (int Claimed, int Kept)[] pixels = Resolve(leaves, map);
        bool[] remains = [.. pixels.Select(leaf => leaf.Kept >= KeptShare * leaf.Claimed)];
        for (int i = 0; i < leaves.Count; i++)
        {
            if (!remains[i])
            {
                ResolveAgain(PixelsOf(leaves[i], WholeOf(map)), leaves, remains, map);
            }
        }

        return map;
    }

    /// <returns>For each leaf how many pixels it claims, and how many are its own when all are there.</returns>
    private static (int Claimed, int Kept)[] Resolve(IReadOnlyList<LeafInstance> leaves, LabelMap map)
    {
        // Bands of rows do not know of each other: each core has some of them, and needs no more memory than one.
        int cores = Environment.ProcessorCount;
        int bands = Math.Min(map.Height, cores * (1 + (map.Labels.Length / (cores * BandPixels))));
        (int Claimed, int Kept)[][] ofBands = [.. Enumerable.Range(0, bands).Select(_ => new (int, int)[leaves.Count])];
        Parallel.For(0, bands, band =>
        {
            PixelBox part = WholeOf(map) with
            {
                Y1 = (int)((long)band * map.Height / bands),
                Y2 = (int)((band + 1L) * map.Height / bands),
            };
            using Claims claims = new(part);
            for (int i = 0; i < leaves.Count; i++)
            {
                ofBands[band][i].Claimed = Claim(leaves[i], (ushort)(i + 1), map, part, claims);
            }

            Keep(map, part, claims, ofBands[band]);
        });
        return [.. Enumerable.Range(0, leaves.Count).Select(i => (ofBands.Sum(band => band[i].Claimed), ofBands.Sum(band => band[i].Kept)))];
    }

    /// <summary>Where a leaf fell, the pixels are shared out once more among those that remain; elsewhere nothing changes.</summary>
    private static void ResolveAgain(
        PixelBox part, IReadOnlyList<LeafInstance> leaves, bool[] remains, LabelMap map)
    {
        if (part.IsEmpty)
        {
            return;
        }

        using Claims claims = new(part);

        for (int y = part.Y1; y < part.Y2; y++)
        {
            map.Labels.AsSpan((y * map.Width) + part.X1, part.Width).Clear();
        }

        for (int i = 0; i < leaves.Count; i++)
        {
            if (remains[i])
            {
                Claim(leaves[i], (ushort)(i + 1), map, part, claims);
            }
        }

        Keep(map, part, claims, new (int, int)[leaves.Count]);
    }

    /// <summary>Labels each pixel that the leaf has the best claim to so far, and adds to the chance that it is plant.</summary>
    /// <returns>How many pixels the leaf would have if it were alone.</returns>
    private static int Claim(LeafInstance leaf, ushort label, LabelMap map, PixelBox part, Claims claims)
    {
        PixelBox pixels = PixelsOf(leaf, part);
        if (pixels.IsEmpty)
        {
            return 0;
        }

        int size = leaf.MaskSize;
        int columns = pixels.Width;
        Span<int> cellOfColumn = columns <= 512 ? stackalloc int[columns] : new int[columns];
        Span<float> weightOfColumn = columns <= 512 ? stackalloc float[columns] : new float[columns];
        Span<int> columnOfCell = new int[size + 1];
        PlaceColumns(leaf, pixels.X1, cellOfColumn, weightOfColumn, columnOfCell);

        // One row of the mask between its cells' centres; the last cell is there twice, so that every cell has a next one.
        Span<float> row = new float[size + 1];
        int alone = 0;
        for (int y = pixels.Y1; y < pixels.Y2; y++)
        {
            SampleRow(leaf, y, row);
            if (!TryFindReach(row, out int first, out int last))
            {
                continue;
            }

            (int start, int end) = (columnOfCell[Math.Max(first - 1, 0)], columnOfCell[Math.Min(last + 1, size)]);
            alone += ClaimRow(
                leaf.Score, label, row, cellOfColumn[start..end], weightOfColumn[start..end],
                map.Labels.AsSpan((y * map.Width) + pixels.X1 + start, end - start), claims.Row(y, pixels.X1 + start, end - start));
        }

        return alone;
    }

    /// <summary>Where each column of pixels lies between the centres of the mask's cells, and where the columns from each cell on begin.</summary>
    private static void PlaceColumns(LeafInstance leaf, int left, Span<int> cellOfColumn, Span<float> weightOfColumn, Span<int> columnOfCell)
    {
        columnOfCell.Fill(cellOfColumn.Length);
        for (int x = cellOfColumn.Length - 1; x >= 0; x--)
        {
            (cellOfColumn[x], weightOfColumn[x]) = CellAt(left + x, leaf.Box.X1, leaf.Box.X2, leaf.MaskSize);
            columnOfCell[cellOfColumn[x]] = x;
        }

        // A large mask has cells that no column falls into.
        for (int cell = leaf.MaskSize - 1; cell >= 0; cell--)
        {
            columnOfCell[cell] = Math.Min(columnOfCell[cell], columnOfCell[cell + 1]);
        }
    }

    /// <summary>The mask's columns at the height of a row of pixels.</summary>
    /// <param name="leaf">Whose mask it is.</param>
    /// <param name="y">The row of the picture.</param>
    /// <param name="row">One more than the mask has columns.</param>
    private static void SampleRow(LeafInstance leaf, int y, Span<float> row)
    {
        int size = leaf.MaskSize;
        (int cell, float weight) = CellAt(y, leaf.Box.Y1, leaf.Box.Y2, size);
        ReadOnlySpan<float> above = leaf.Mask.AsSpan(cell * size, size);
        ReadOnlySpan<float> below = leaf.Mask.AsSpan(Math.Min(cell + 1, size - 1) * size, size);
        for (int j = 0; j < size; j++)
        {
            row[j] = above[j] + (weight * (below[j] - above[j]));
        }

        row[size] = row[size - 1];
    }

    /// <summary>The pixels of one row, all spans beginning with the same pixel.</summary>
    /// <returns>How many of them the leaf would have if it were alone.</returns>
    private static int ClaimRow(
        float score, ushort label, ReadOnlySpan<float> row, ReadOnlySpan<int> cellOfColumn, ReadOnlySpan<float> weightOfColumn,
        Span<ushort> labels, Span<(float Best, float Sum)> here)
    {
        int alone = 0;
        for (int x = 0; x < labels.Length; x++)
        {
            int j = cellOfColumn[x];
            float probability = row[j] + (weightOfColumn[x] * (row[j + 1] - row[j]));
            if (probability < Least)
            {
                continue;
            }

            alone += probability >= Threshold ? 1 : 0;
            float claim = score * probability;
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

        return alone;
    }

    /// <summary>The first and the last cell of a row with a probability that counts.</summary>
    private static bool TryFindReach(ReadOnlySpan<float> row, out int first, out int last)
    {
        (first, last) = (0, row.Length - 1);
        while (first <= last && row[first] < Least)
        {
            first++;
        }

        while (last > first && row[last] < Least)
        {
            last--;
        }

        return first <= last;
    }

    /// <summary>Takes the labels off the pixels that are no plant, and counts what each leaf keeps.</summary>
    private static void Keep(LabelMap map, PixelBox part, Claims claims, (int Claimed, int Kept)[] pixels)
    {
        for (int y = part.Y1; y < part.Y2; y++)
        {
            Span<ushort> labels = map.Labels.AsSpan((y * map.Width) + part.X1, part.Width);
            ReadOnlySpan<(float Best, float Sum)> row = claims.Row(y, part.X1, part.Width);
            int x = 0;
            while (labels[x..].IndexOfAnyExcept((ushort)0) is >= 0 and var gap)
            {
                for (x += gap; x < labels.Length && labels[x] is > 0 and var label; x++)
                {
                    if (row[x].Sum >= Threshold)
                    {
                        pixels[label - 1].Kept++;
                    }
                    else
                    {
                        labels[x] = 0;
                    }
                }
            }
        }
    }

    private static PixelBox WholeOf(LabelMap map) => new(0, 0, map.Width, map.Height);

    /// <summary>The pixels of a part of the picture whose centres lie in a leaf's box.</summary>
    private static PixelBox PixelsOf(LeafInstance leaf, PixelBox part)
    {
        (int left, int right) = PixelCentresBetween(leaf.Box.X1, leaf.Box.X2, part.X1, part.X2);
        (int top, int bottom) = PixelCentresBetween(leaf.Box.Y1, leaf.Box.Y2, part.Y1, part.Y2);
        return new PixelBox(left, top, right, bottom);
    }

    /// <summary>First pixel whose centre lies in from..to, and the one after the last.</summary>
    private static (int First, int End) PixelCentresBetween(float from, float to, int least, int most) => (
        (int)Math.Clamp(Math.Ceiling(from - 0.5), least, most),
        (int)Math.Clamp(Math.Ceiling(to - 0.5), least, most));

    /// <summary>The mask cell whose centre comes before a pixel's centre, and how far towards the next one that lies.</summary>
    private static (int Cell, float Weight) CellAt(int pixel, float from, float to, int size)
    {
        double position = ((pixel + 0.5 - from) / ((double)to - from) * size) - 0.5;
        position = Math.Clamp(position, 0, size - 1);
        int cell = (int)position;
        return (cell, (float)(position - cell));
    }

    /// <summary>The best claim to each pixel of a part of the picture, and the chance that it is plant.</summary>
    private readonly struct Claims(PixelBox part) : IDisposable
    {
        // Read only where a pixel has a label already, so that nothing outside the boxes is ever touched, not even to clear it.
        private readonly (float Best, float Sum)[] claims = ArrayPool<(float, float)>.Shared.Rent(part.Width * part.Height);

        public Span<(float Best, float Sum)> Row(int y, int left, int columns) =>
            claims.AsSpan(((y - part.Y1) * part.Width) + left - part.X1, columns);

        public void Dispose() => ArrayPool<(float, float)>.Shared.Return(claims);
    }
}
