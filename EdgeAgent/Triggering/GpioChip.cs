using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// A GPIO chip as the kernel describes it (linux/gpio.h, character device version 2): asked directly, because the
/// library behind the driver finds a chip by its label but no line by its name.
/// </summary>
/// <param name="Number">N of /dev/gpiochipN.</param>
/// <param name="Label">What the board's maker calls it: "tegra234-gpio".</param>
/// <param name="LineNames">By offset; empty for a line that has no name.</param>
internal sealed record GpioChip(int Number, string Label, IReadOnlyList<string> LineNames)
{
    private const string Prefix = "gpiochip";
    private const int NameLength = 32;

    /// <summary>name[32], label[32], lines.</summary>
    private const int ChipInfoSize = 68;

    /// <summary>name[32], consumer[32], offset, and what is of no interest here.</summary>
    private const int LineInfoSize = 256;
    private const int LineOffsetAt = 64;

    // _IOR(0xB4, 0x01, 68 bytes) and _IOWR(0xB4, 0x05, 256 bytes).
    private const nuint GetChipInfo = 0x8044_B401;
    private const nuint GetLineInfo = 0xC100_B405;

    public string Path => string.Create(CultureInfo.InvariantCulture, $"/dev/{Prefix}{Number}");

    /// <summary>"3", "gpiochip3" and "/dev/gpiochip3" are chip 3; null: it is a label.</summary>
    public static int? NumberIn(string chip)
    {
        string name = System.IO.Path.GetFileName(chip);
        string digits = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>Every chip of this machine that may be opened, by number.</summary>
    public static IReadOnlyList<GpioChip> All() =>
        [.. Directory.GetFiles("/dev", Prefix + "*")
            .Select(NumberIn)
            .OfType<int>()
            .Order()
            .Select(TryRead)
            .OfType<GpioChip>()];

    /// <exception cref="IOException">There is no chip of this number or label.</exception>
    public static GpioChip Find(string chip, IReadOnlyList<GpioChip> chips) =>
        (NumberIn(chip) is { } number
            ? chips.FirstOrDefault(c => c.Number == number)
            : chips.FirstOrDefault(c => c.Label == chip))
        ?? throw new IOException(chips.Count == 0
            ? "no chip can be opened"
            : $"there are {string.Join(", ", chips.Select(c => $"{c.Path} \"{c.Label}\""))}");

    /// <exception cref="IOException">No line, or more than one, has this name.</exception>
    public int LineNamed(string name)
    {
        int[] found = [.. Enumerable.Range(0, LineNames.Count).Where(line => LineNames[line] == name)];
        return found switch
        {
            [int line] => line,
            [] => throw new IOException($"its named lines are {Listed(LineNames.Where(n => n.Length > 0))}"),
            _ => throw new IOException($"lines {string.Join(", ", found)} all have this name; give one by its number"),
        };
    }

    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? "none" : string.Join(", ", all);
    }

    private static GpioChip? TryRead(int number)
    {
        try
        {
            return Read(number);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static GpioChip Read(int number)
    {
        using SafeFileHandle file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/dev/{Prefix}{number}"));
        byte[] chip = new byte[ChipInfoSize];
        Ask(file, GetChipInfo, chip);
        string[] lines = new string[BinaryPrimitives.ReadUInt32LittleEndian(chip.AsSpan(2 * NameLength))];
        byte[] line = new byte[LineInfoSize];
        for (int offset = 0; offset < lines.Length; offset++)
        {
            Array.Clear(line);
            BinaryPrimitives.WriteInt32LittleEndian(line.AsSpan(LineOffsetAt), offset);
            Ask(file, GetLineInfo, line);
            lines[offset] = Text(line.AsSpan(0, NameLength));
        }

        return new GpioChip(number, Text(chip.AsSpan(NameLength, NameLength)), lines);
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static void Ask(SafeFileHandle file, nuint request, byte[] answer)
    {
        if (IoControl(file, request, answer) < 0)
            throw new IOException($"the kernel does not describe the chip (error {Marshal.GetLastPInvokeError()})");
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int IoControl(SafeFileHandle file, nuint request, [In, Out] byte[] argument);
}
