using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>To whom a targets role passes on the right to sign for some target paths.</summary>
public sealed class Delegations
{
    private readonly List<DelegatedRole> roles = [];
    private readonly HashBins? bins;

    internal Delegations(JsonFields fields)
    {
        Dictionary<string, PublicKey> keys = RoleKeys.ReadKeys(fields);
        bool hasRoles = fields.Optional("roles") is not null;
        bool hasBins = fields.Optional("succinct_roles") is not null;
        if (hasRoles == hasBins)
        {
            throw fields.Wrong("roles", hasRoles ? "also succinct_roles" : "neither roles nor succinct_roles", "one of the two");
        }

        if (hasBins)
        {
            bins = new HashBins(fields.Object("succinct_roles"), keys);
            return;
        }

        foreach (JsonElement item in fields.List("roles"))
        {
            DelegatedRole role = new(new JsonFields(item, fields.NameOf("roles")), keys);
            if (roles.Exists(other => other.Name == role.Name))
            {
                throw fields.Wrong("roles", $"\"{role.Name}\" twice", "each role once");
            }

            roles.Add(role);
        }
    }

    /// <summary>The roles that are named one by one; empty where there are hash bins.</summary>
    public IReadOnlyList<DelegatedRole> Roles => roles;

    /// <summary>Who may sign for a target path, in the order in which they are asked.</summary>
    public IEnumerable<DelegatedRole> For(string targetPath)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(targetPath));
        return bins is null ? roles.Where(role => role.MayList(targetPath, hash)) : [bins.For(hash)];
    }
}

/// <summary>One role that a targets role passes rights on to.</summary>
public sealed class DelegatedRole
{
    private readonly List<PathPattern>? patterns;
    private readonly IReadOnlyList<string>? hashPrefixes;

    internal DelegatedRole(JsonFields fields, IReadOnlyDictionary<string, PublicKey> keys)
    {
        Name = fields.Text("name");

        // A client keeps metadata by role: such a name would stand in for the real one.
        if (Name.Length == 0 || RoleName.TopLevel.Contains(Name))
        {
            throw fields.Wrong("name", $"\"{Name}\"", "a name that is not a top-level role's");
        }

        Keys = RoleKeys.Read(fields, keys);
        IsTerminating = fields.Flag("terminating", otherwise: false);
        bool hasPaths = fields.Optional("paths") is not null;
        if (hasPaths == fields.Optional("path_hash_prefixes") is not null)
        {
            throw fields.Wrong("paths", hasPaths ? "also path_hash_prefixes" : "neither paths nor path_hash_prefixes", "one of the two");
        }

        if (hasPaths)
        {
            patterns = [.. fields.Texts("paths").Select(text => new PathPattern(text))];
        }
        else
        {
            hashPrefixes = fields.Texts("path_hash_prefixes");
        }
    }

    internal DelegatedRole(string name, RoleKeys keys)
    {
        Name = name;
        Keys = keys;
        hashPrefixes = [""];
    }

    /// <summary>The role's name.</summary>
    public string Name { get; }

    /// <summary>Whose signatures count for it, and how many.</summary>
    public RoleKeys Keys { get; }

    /// <summary>What this role does not list, no role after it may.</summary>
    public bool IsTerminating { get; }

    internal bool MayList(string targetPath, ReadOnlySpan<byte> pathHash)
    {
        if (patterns is not null)
        {
            return patterns.Exists(pattern => pattern.Matches(targetPath));
        }

        string hex = Convert.ToHexStringLower(pathHash);
        return hashPrefixes!.Any(prefix => hex.StartsWith(prefix, StringComparison.Ordinal));
    }
}

/// <summary>Succinct hash bins (TAP 15): the first bits of the SHA-256 of a target's path choose the role.</summary>
internal sealed class HashBins
{
    private readonly string prefix;
    private readonly int bits;
    private readonly int digits;
    private readonly RoleKeys keys;

    public HashBins(JsonFields fields, IReadOnlyDictionary<string, PublicKey> known)
    {
        long length = fields.Whole("bit_length", least: 1);
        if (length > 32)
        {
            throw fields.Wrong("bit_length", length.ToString(CultureInfo.InvariantCulture), "1 to 32");
        }

        bits = (int)length;
        digits = (bits + 3) / 4;
        prefix = fields.Text("name_prefix");
        keys = RoleKeys.Read(fields, known);
    }

    public DelegatedRole For(ReadOnlySpan<byte> pathHash)
    {
        uint bin = BinaryPrimitives.ReadUInt32BigEndian(pathHash) >> (32 - bits);
        string name = bin.ToString(string.Create(CultureInfo.InvariantCulture, $"x{digits}"), CultureInfo.InvariantCulture);
        return new DelegatedRole($"{prefix}-{name}", keys);
    }
}
