using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LeafSeg.EdgeAgent.Machine;
using Microsoft.Win32.SafeHandles;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// A GPIO chip as the kernel describes it (linux/gpio.h, character device version 2): asked directly, because the
/// library behind the driver finds a chip by its label but no line by its name.
/// </summary>
/// <param name="Number">N of /dev/gpiochipN.</param>
/// <param name="Label">What the board's maker calls it: "tegra234-gpio".</param>
/// <param name="LineNames">By offset; empty for a line that has no name.</param>
/// <param name="Users">By offset: who uses a line, as the kernel names it; null: it is free.</param>
internal sealed record GpioChip(int Number, string Label, IReadOnlyList<string> LineNames, IReadOnlyList<string?> Users)
{
    /// <summary>A user that gave the kernel no name.</summary>
    private const string Nameless = "another program";

    private const string Prefix = "gpiochip";
    private const int NameLength = 32;

    /// <summary>name[32], label[32], lines.</summary>
    private const int ChipInfoSize = 68;

    /// <summary>name[32], consumer[32], offset, and what is of no interest here.</summary>
    private const int LineInfoSize = 256;
    private const int LineOffsetAt = 64;
    private const int LineFlagsAt = 72;
    private const ulong LineUsed = 1;

    // _IOR(0xB4, 0x01, 68 bytes) and _IOWR(0xB4, 0x05, 256 bytes).
    private const nuint GetChipInfo = 0x8044_B401;
    private const nuint GetLineInfo = 0xC100_B405;

    public string Path => PathOf(Number);

    public static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"/dev/{Prefix}{number}");

    /// <summary>"3", "gpiochip3" and "/dev/gpiochip3" are chip 3; null: it is a label.</summary>
    public static int? NumberIn(string chip)
    {
        string name = System.IO.Path.GetFileName(chip);
        string digits = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>The chip of this number, path or label.</summary>
    /// <exception cref="IOException">There is none, or this user may not open it.</exception>
    public static GpioChip Find(string chip)
    {
        List<GpioChip> chips = [];
        List<string> refused = [];
        foreach (int number in Directory.GetFiles("/dev", Prefix + "*").Select(NumberIn).OfType<int>().Order())
        {
            try
            {
                chips.Add(Read(number));
            }
            catch (UnauthorizedAccessException)
            {
                refused.Add(PathOf(number));
            }
            catch (IOException)
            {
                // It disconnected at this moment.
            }
        }

        return Find(chip, chips, refused);
    }

    /// <param name="chip">Number, path or label.</param>
    /// <param name="chips">Those that can be opened.</param>
    /// <param name="refused">Paths of those that this user may not open.</param>
    /// <exception cref="IOException">It is not among the first.</exception>
    public static GpioChip Find(string chip, IReadOnlyList<GpioChip> chips, IReadOnlyList<string> refused)
    {
        int? number = NumberIn(chip);
        if (chips.FirstOrDefault(c => number is null ? c.Label == chip : c.Number == number) is { } found)
        {
            return found;
        }

        // The label of a chip that may not be opened is unknown: it may be the one.
        if (number is null ? refused.Count > 0 : refused.Contains(PathOf(number.Value)))
        {
            throw new IOException(DeviceRights.Refused(number is null ? refused[0] : PathOf(number.Value)));
        }

        throw new IOException(chips.Count == 0
            ? "this machine has no GPIO chip"
            : $"there are {string.Join(", ", chips.Select(c => $"{c.Path} \"{c.Label}\""))}");
    }

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

    private static GpioChip Read(int number)
    {
        using SafeFileHandle file = File.OpenHandle(PathOf(number));
        byte[] chip = new byte[ChipInfoSize];
        Ask(file, GetChipInfo, chip);
        string[] lines = new string[BinaryPrimitives.ReadUInt32LittleEndian(chip.AsSpan(2 * NameLength))];
        string?[] users = new string?[lines.Length];
        byte[] line = new byte[LineInfoSize];
        for (int offset = 0; offset < lines.Length; offset++)
        {
            Array.Clear(line);
            BinaryPrimitives.WriteInt32LittleEndian(line.AsSpan(LineOffsetAt), offset);
            Ask(file, GetLineInfo, line);
            lines[offset] = Text(line.AsSpan(0, NameLength));
            if ((BinaryPrimitives.ReadUInt64LittleEndian(line.AsSpan(LineFlagsAt)) & LineUsed) != 0)
            {
                users[offset] = Text(line.AsSpan(NameLength, NameLength)) is { Length: > 0 } user ? user : Nameless;
            }
        }

        return new GpioChip(number, Text(chip.AsSpan(NameLength, NameLength)), lines, users);
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static void Ask(SafeFileHandle file, nuint request, byte[] answer)
    {
        if (IoControl(file, request, answer) < 0)
        {
            throw new IOException($"the kernel does not describe the chip (error {Marshal.GetLastPInvokeError()})");
        }
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int IoControl(SafeFileHandle file, nuint request, [In, Out] byte[] argument);
}
