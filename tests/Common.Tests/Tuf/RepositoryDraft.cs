using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.Common.Tests.Tuf;

/// <summary>A repository that a test can alter: metadata as JSON, any signer, and the files as published.</summary>
internal sealed class RepositoryDraft
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private const string Expires = "2046-06-01T00:00:00Z";
    private int keysMade;

    public RepositoryDraft()
    {
        Root = Metadata("root");
        Root["consistent_snapshot"] = true;
        Root["keys"] = new JsonObject();
        Root["roles"] = new JsonObject();
        Metadata("timestamp")["meta"] = new JsonObject { ["snapshot.json"] = new JsonObject { ["version"] = 1 } };
        Metadata("snapshot")["meta"] = new JsonObject();
        AddTargets("targets");
        foreach (string role in RoleName.TopLevel)
        {
            SetKeys(role, 1, NewKey());
        }

        Publish("root", "targets", "snapshot", "timestamp");
    }

    public JsonObject Root { get; }

    /// <summary>What is signed, by role.</summary>
    public Dictionary<string, JsonObject> Signed { get; } = [];

    public Dictionary<string, List<SigningKey>> Signers { get; } = [];

    /// <summary>What a server has, by name.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    public SigningKey NewKey()
    {
        byte[] seed = new byte[32];
        seed[0] = (byte)++keysMade;
        return SigningKey.Ed25519(seed);
    }

    /// <summary>Gives a top-level role other keys.</summary>
    public void SetKeys(string role, int threshold, params SigningKey[] keys)
    {
        foreach (SigningKey key in keys)
        {
            Root["keys"]![key.Public.Id] = Json(key.Public);
        }

        Root["roles"]![role] = Role(threshold, keys);
        Signers[role] = [.. keys];
    }

    /// <summary>Delegates with a key of its own; the last one counts where a role is delegated twice.</summary>
    public void Delegate(string from, string to, string pattern = "*", bool terminating = false)
    {
        if (!Signed.ContainsKey(to))
        {
            AddTargets(to);
        }

        SigningKey key = NewKey();
        Signed[from]["delegations"] ??= new JsonObject { ["keys"] = new JsonObject(), ["roles"] = new JsonArray() };
        JsonNode delegations = Signed[from]["delegations"]!;
        delegations["keys"]![key.Public.Id] = Json(key.Public);
        JsonObject role = Role(1, key);
        role["name"] = to;
        role["terminating"] = terminating;
        role["paths"] = new JsonArray(pattern);
        delegations["roles"]!.AsArray().Add(role);
        if (!Signers.TryGetValue(to, out List<SigningKey>? signers))
        {
            Signers[to] = signers = [];
        }

        signers.Add(key);
    }

    public void AddTarget(string role, string path, string content)
    {
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        Signed[role]["targets"]![path] = new JsonObject { ["length"] = Encoding.UTF8.GetByteCount(content), ["hashes"] = new JsonObject { ["sha256"] = hash } };
        int name = path.LastIndexOf('/') + 1;
        Files[$"{path[..name]}{hash}.{path[name..]}"] = Encoding.UTF8.GetBytes(content);
    }

    /// <summary>Signs roles again, each a version on, and lists them where they are to be listed.</summary>
    public void Publish(params string[] roles)
    {
        foreach (string role in roles)
        {
            long version = Signed[role]["version"]!.GetValue<long>() + 1;
            Signed[role]["version"] = version;
            Files[role == "timestamp" ? "timestamp.json" : string.Create(CultureInfo.InvariantCulture, $"{version}.{role}.json")] = Sign(role);
            if (role == "snapshot")
            {
                Signed["timestamp"]["meta"]!["snapshot.json"]!["version"] = version;
            }
            else if (role is not ("root" or "timestamp"))
            {
                Signed["snapshot"]["meta"]![$"{role}.json"] = new JsonObject { ["version"] = version };
            }
        }
    }

    public byte[] Sign(string role)
    {
        JsonElement signed = JsonSerializer.SerializeToElement(Signed[role]);
        byte[] canonical = CanonicalJson.Encode(signed);
        JsonArray signatures = [.. Signers[role].Select(key => new JsonObject { ["keyid"] = key.Public.Id, ["sig"] = key.Sign(canonical) })];
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["signatures"] = signatures, ["signed"] = JsonNode.Parse(signed.GetRawText()) });
    }

    public static JsonObject Json(PublicKey key) => new()
    {
        ["keytype"] = key.KeyType,
        ["scheme"] = key.Scheme,
        ["keyval"] = new JsonObject { ["public"] = key.Public },
    };

    private static JsonObject Role(int threshold, params SigningKey[] keys) => new()
    {
        ["keyids"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key.Public.Id))]),
        ["threshold"] = threshold,
    };

    private void AddTargets(string role)
    {
        JsonObject targets = Metadata(role);
        targets["_type"] = "targets";
        targets["targets"] = new JsonObject();
    }

    private JsonObject Metadata(string role) =>
        Signed[role] = new JsonObject { ["_type"] = role, ["spec_version"] = "1.0.34", ["version"] = 0L, ["expires"] = Expires };
}
