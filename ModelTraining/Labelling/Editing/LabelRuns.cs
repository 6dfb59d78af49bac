using System.Buffers.Binary;
using LeafSeg.Common.Imaging;

namespace LeafSeg.ModelTraining.Labelling.Editing;

/// <summary>
/// A part of a label map as run lengths, row by row from its top left: for each run the label in 16 bits and the number of pixels
/// in 32, little-endian. A run continues over the ends of rows.
/// </summary>
internal static class LabelRuns
{
    private const int Bytes = sizeof(ushort) + sizeof(uint);

    public static byte[] Encode(LabelMap map, PixelBox box)
    {
        using MemoryStream runs = new();
        Span<byte> run = stackalloc byte[Bytes];
        (ushort label, uint length) = ((ushort)0, 0u);
        for (int y = box.Y1; y < box.Y2; y++)
        {
            ReadOnlySpan<ushort> row = map.Labels.AsSpan((y * map.Width) + box.X1, box.Width);
            while (!row.IsEmpty)
            {
                int same = row.IndexOfAnyExcept(label) is >= 0 and int other ? other : row.Length;
                length += (uint)same;
                row = row[same..];
                if (!row.IsEmpty)
                {
                    Write(run);
                    (label, length) = (row[0], 0);
                }
            }
        }

        Write(run);
        return runs.ToArray();

        void Write(Span<byte> run)
        {
            if (length > 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(run, label);
                BinaryPrimitives.WriteUInt32LittleEndian(run[sizeof(ushort)..], length);
                runs.Write(run);
            }
        }
    }

    /// <summary>Writes what <see cref="Encode"/> made of the same box.</summary>
    public static void Decode(ReadOnlySpan<byte> runs, LabelMap map, PixelBox box)
    {
        (int x, int y) = (0, box.Y1);
        for (; !runs.IsEmpty; runs = runs[Bytes..])
        {
            ushort label = BinaryPrimitives.ReadUInt16LittleEndian(runs);
            for (int left = (int)BinaryPrimitives.ReadUInt32LittleEndian(runs[sizeof(ushort)..]); left > 0;)
            {
                int here = Math.Min(left, box.Width - x);
                map.Labels.AsSpan((y * map.Width) + box.X1 + x, here).Fill(label);
                (left, x) = (left - here, x + here);
                if (x == box.Width)
                {
                    (x, y) = (0, y + 1);
                }
            }
        }
    }
}
