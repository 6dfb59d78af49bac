using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Build task: marks one symbol version that a 64-bit little-endian ELF file needs as weak, unless this
/// machine's own library provides that version. Layout: ELF gABI and "Symbol Versioning" of the LSB.
/// </summary>
public class WeakenVersionNeed : Task
{
    private const int SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    [Required] public string File { get; set; }

    [Required] public string Version { get; set; }

    [Required] public string Provider { get; set; }

    public override bool Execute()
    {
        if (HostProvidesVersion())
        {
            return true;
        }

        byte[] elf = System.IO.File.ReadAllBytes(File);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF file.", File);
            return false;
        }

        int weakened = Weaken(elf);
        if (weakened == 0)
        {
            return true;
        }

        // A new file takes the place of the old one: the old one may be a hard link into the package cache.
        DateTime written = System.IO.File.GetLastWriteTimeUtc(File);
        string temporary = File + ".weak";
        System.IO.File.WriteAllBytes(temporary, elf);
        System.IO.File.SetLastWriteTimeUtc(temporary, written);
        System.IO.File.Delete(File);
        System.IO.File.Move(temporary, File);
        Log.LogMessage(
            MessageImportance.High,
            "{0}: {1} is not provided by this machine's {2}; the need is marked weak, no symbol is bound to it.",
            Path.GetFileName(File), Version, Provider);
        return true;
    }

    private bool HostProvidesVersion()
    {
        string[] folders =
        {
            "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib",
        };
        foreach (string folder in folders)
        {
            string library = Path.Combine(folder, Provider);
            if (System.IO.File.Exists(library))
            {
                return Encoding.ASCII.GetString(System.IO.File.ReadAllBytes(library)).Contains(Version + "\0");
            }
        }

        return false;
    }

    private int Weaken(byte[] elf)
    {
        long sections = BitConverter.ToInt64(elf, 0x28);
        int sectionSize = BitConverter.ToUInt16(elf, 0x3A);
        int sectionCount = BitConverter.ToUInt16(elf, 0x3C);
        int weakened = 0;
        for (int i = 0; i < sectionCount; i++)
        {
            long header = sections + ((long)i * sectionSize);
            if (BitConverter.ToInt32(elf, (int)header + 4) != SectionTypeVersionNeed)
            {
                continue;
            }

            long start = BitConverter.ToInt64(elf, (int)header + 24);
            uint linkedSection = BitConverter.ToUInt32(elf, (int)header + 40);
            uint libraries = BitConverter.ToUInt32(elf, (int)header + 44);
            long strings = BitConverter.ToInt64(elf, (int)(sections + (linkedSection * sectionSize)) + 24);
            weakened += WeakenSection(elf, start, libraries, strings);
        }

        return weakened;
    }

    private int WeakenSection(byte[] elf, long start, uint libraries, long strings)
    {
        int weakened = 0;
        long need = start;
        for (uint library = 0; library < libraries; library++)
        {
            int versions = BitConverter.ToUInt16(elf, (int)need + 2);
            long entry = need + BitConverter.ToUInt32(elf, (int)need + 8);
            for (int v = 0; v < versions; v++)
            {
                ushort flags = BitConverter.ToUInt16(elf, (int)entry + 4);
                string name = StringAt(elf, strings + BitConverter.ToUInt32(elf, (int)entry + 8));
                if (name == Version && (flags & WeakFlag) == 0)
                {
                    BitConverter.GetBytes((ushort)(flags | WeakFlag)).CopyTo(elf, (int)entry + 4);
                    weakened++;
                }

                entry += BitConverter.ToUInt32(elf, (int)entry + 12);
            }

            need += BitConverter.ToUInt32(elf, (int)need + 12);
        }

        return weakened;
    }

    private static string StringAt(byte[] elf, long offset)
    {
        int end = Array.IndexOf(elf, (byte)0, (int)offset);
        return Encoding.ASCII.GetString(elf, (int)offset, end - (int)offset);
    }
}
