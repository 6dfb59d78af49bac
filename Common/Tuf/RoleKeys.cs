using System.Text.Json;

namespace LeafSeg.Common.Tuf;

/// <summary>Who may sign for a role, and how many of them it takes.</summary>
public sealed class RoleKeys
{
    private readonly IReadOnlyDictionary<string, PublicKey> keys;

    private RoleKeys(IReadOnlyDictionary<string, PublicKey> keys, long threshold)
    {
        this.keys = keys;
        Threshold = threshold;
    }

    /// <summary>Keys that have to sign, 1 or more.</summary>
    public long Threshold { get; }

    /// <summary>The keys that count, by the ids under which they sign.</summary>
    public IReadOnlyDictionary<string, PublicKey> Keys => keys;

    /// <exception cref="TufException"><see cref="TufRefusal.TooFewSignatures"/>: fewer different keys than the threshold have signed.</exception>
    public void RequireSignatures(SignedFile file)
    {
        int signers = SignersOf(file).Count;
        if (signers < Threshold)
        {
            throw new TufException(TufRefusal.TooFewSignatures,
                $"{file.Name}: found good signatures of {signers} of the {keys.Count} keys that count; expected {Threshold}");
        }
    }

    /// <summary>The <see cref="PublicKey.Identity"/> of each key that has signed a file.</summary>
    public IReadOnlySet<string> SignersOf(SignedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);

        // One key under two names is one key: what counts is the key itself.
        HashSet<string> signers = [];
        foreach ((string id, PublicKey key) in keys)
        {
            if (file.Signatures.TryGetValue(id, out string? signature)
                && key.Identity is { } identity
                && !signers.Contains(identity)
                && key.Verifies(file.Canonical.Span, signature))
            {
                signers.Add(identity);
            }
        }

        return signers;
    }

    /// <param name="role">Has "keyids" and "threshold".</param>
    /// <param name="known">The keys that are listed beside it.</param>
    internal static RoleKeys Read(JsonFields role, IReadOnlyDictionary<string, PublicKey> known)
    {
        IReadOnlyList<string> ids = role.Texts("keyids");
        if (ids.Distinct().Count() != ids.Count)
        {
            throw role.Wrong("keyids", "one twice", "each once");
        }

        return new RoleKeys(
            ids.Where(known.ContainsKey).ToDictionary(id => id, id => known[id]),
            role.Whole("threshold", least: 1));
    }

    /// <summary>
    /// Keys by their ids. The ids are calculated: a key under an id that is not its own is as if it was not there, and so
    /// is one of an unknown type, so that a repository can bring new types while old rigs still count the others.
    /// </summary>
    internal static Dictionary<string, PublicKey> ReadKeys(JsonFields from)
    {
        Dictionary<string, PublicKey> keys = [];
        foreach (JsonProperty entry in from.Object("keys").All)
        {
            PublicKey key = PublicKey.Read(entry.Value, from.NameOf("keys"));
            if (key.Ids.Contains(entry.Name))
            {
                keys.Add(entry.Name, key);
            }
        }

        return keys;
    }
}
