using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using OpenCvSharp;

namespace LeafSeg.Common.Tests;

/// <summary>Label maps for tests.</summary>
internal static class Maps
{
    /// <summary>A map drawn in text: '.' is background, a digit is a leaf.</summary>
    public static LabelMap Of(params string[] rows)
    {
        LabelMap map = new(rows[0].Length, rows.Length);
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                map[x, y] = (ushort)(rows[y][x] == '.' ? 0 : rows[y][x] - '0');
            }
        }

        return map;
    }

    /// <summary>Reads a label picture: grey levels, 8 or 16 bit, are the labels.</summary>
    public static LabelMap Read(string path)
    {
        using Mat read = Cv2.ImRead(path, ImreadModes.Unchanged);
        using Mat wide = new();
        read.ConvertTo(wide, MatType.CV_16UC1);
        LabelMap map = new(wide.Cols, wide.Rows);
        Marshal.Copy(wide.Data, (short[])(object)map.Labels, 0, map.Labels.Length);
        return map;
    }
}
