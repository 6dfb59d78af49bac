using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LeafSeg.ModelTraining.Tests;

/// <summary>Reads the C-ordered uint8, int32 and float32 .npy files of the reference values.</summary>
internal static partial class Numpy
{
    public static (long[] Shape, float[] Values) Floats(string path)
    {
        (long[] shape, string type, byte[] data) = Read(path);
        Assert.Equal("<f4", type);
        float[] values = new float[data.Length / sizeof(float)];
        Buffer.BlockCopy(data, 0, values, 0, data.Length);
        return (shape, values);
    }

    public static int[] Integers(string path)
    {
        (_, string type, byte[] data) = Read(path);
        Assert.Equal("<i4", type);
        int[] values = new int[data.Length / sizeof(int)];
        Buffer.BlockCopy(data, 0, values, 0, data.Length);
        return values;
    }

    public static (long[] Shape, byte[] Values) Bytes(string path)
    {
        (long[] shape, string type, byte[] data) = Read(path);
        Assert.Equal("|u1", type);
        return (shape, data);
    }

    private static (long[] Shape, string Type, byte[] Data) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = BitConverter.ToUInt16(file, 8);
        string header = Encoding.ASCII.GetString(file, 10, headerLength);
        Match match = Header().Match(header);
        long[] shape =
        [
            .. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(n => long.Parse(n, CultureInfo.InvariantCulture)),
        ];
        return (shape, match.Groups["type"].Value, file[(10 + headerLength)..]);
    }

    [GeneratedRegex(@"'descr': '(?<type>[^']+)', 'fortran_order': False, 'shape': \((?<shape>[^)]*)\)")]
    private static partial Regex Header();
}
