using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>What timestamp and snapshot say of another metadata file: its version, and perhaps its length and hashes.</summary>
public sealed class ListedMetadata
{
    private readonly string name;
    private readonly FileHashes? hashes;

    private ListedMetadata(string name, JsonFields fields)
    {
        this.name = name;
        Version = fields.Whole("version", least: 1);
        Length = fields.Optional("length") is null ? null : fields.Whole("length", least: 0);
        hashes = fields.Optional("hashes") is null ? null : FileHashes.Read(fields, "hashes");
    }

    /// <summary>The version that the file must have, 1 or more.</summary>
    public long Version { get; }

    /// <summary>In bytes; null where it is not stated.</summary>
    public long? Length { get; }

    /// <exception cref="TufException"><see cref="TufRefusal.WrongBytes"/>: length or hash is not as listed.</exception>
    public void RequireBytes(ReadOnlySpan<byte> file)
    {
        if (Length is { } length && file.Length != length)
        {
            throw new TufException(TufRefusal.WrongBytes, $"{name}: found {file.Length} bytes; expected {length}, as listed");
        }

        if (hashes is not null && !hashes.Fit(file))
        {
            throw new TufException(TufRefusal.WrongBytes, $"{name}: found other bytes than its listed hash ({string.Join(", ", hashes.Names)}) is of");
        }
    }

    internal static Dictionary<string, ListedMetadata> ReadAll(JsonFields from)
    {
        Dictionary<string, ListedMetadata> listed = [];
        foreach (JsonProperty entry in from.Object("meta").All)
        {
            listed.Add(entry.Name, new ListedMetadata(entry.Name, new JsonFields(entry.Value, $"{from.NameOf("meta")}.{entry.Name}")));
        }

        return listed;
    }
}
