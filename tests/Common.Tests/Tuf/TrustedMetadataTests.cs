using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.Common.Tests.Tuf;

public sealed class TrustedMetadataTests
{
    private readonly RepositoryDraft draft = new();

    /// <summary>Rows: the new root's keys, its threshold, and who signs it. The trusted root has the keys 1 2 3, of which two must sign.</summary>
    [Theory]
    [InlineData("1 2 3", 2, "1 2", true)]
    [InlineData("1 2 3", 2, "2 3 9", true)]
    [InlineData("1 2 4", 2, "1 2", true)]
    [InlineData("4 5 6", 2, "1 3 4 6", true)]
    [InlineData("1 2 3", 1, "1 2", true)]
    [InlineData("1 2 3", 1, "1", false)]
    [InlineData("4 5 6", 2, "4 5 6", false)]
    [InlineData("4 5 6", 2, "1 2 3 4", false)]
    [InlineData("1 2 4", 2, "1 4", false)]
    [InlineData("1 2 3", 3, "1 2", false)]
    [InlineData("1 2 3", 4, "1 2 3", false)]
    public void A_root_is_taken_when_the_old_keys_and_the_new_ones_have_signed(string keys, int threshold, string signers, bool taken)
    {
        Dictionary<string, SigningKey> all = "123456789".ToDictionary(c => c.ToString(), _ => draft.NewKey());
        draft.SetKeys("root", 2, all["1"], all["2"], all["3"]);
        draft.Publish("root");
        TrustedMetadata trusted = new(draft.Files["2.root.json"], RepositoryDraft.Now);

        draft.SetKeys("root", threshold, [.. keys.Split(' ').Select(k => all[k])]);
        draft.Signers["root"] = [.. signers.Split(' ').Select(k => all[k])];
        draft.Publish("root");

        AssertTaken(taken, TufRefusal.TooFewSignatures, () => trusted.UpdateRoot(draft.Files["3.root.json"]));
        Assert.Equal(taken ? 3 : 2, trusted.Root.Version);
    }

    [Fact]
    public void Keys_of_all_three_kinds_sign_and_another_ones_signature_does_not_count()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA rsa = RSA.Create(2048);
        foreach (SigningKey key in new[] { draft.NewKey(), SigningKey.Ecdsa(ecdsa), SigningKey.RsaPss(rsa) })
        {
            byte[] message = Encoding.UTF8.GetBytes("what is signed");
            string signature = key.Sign(message);
            Assert.True(key.Public.Verifies(message, signature));
            Assert.False(key.Public.Verifies(Encoding.UTF8.GetBytes("what is not"), signature));
            Assert.False(key.Public.Verifies(message, $"{(signature[0] == '0' ? '1' : '0')}{signature[1..]}"));
            Assert.False(draft.NewKey().Public.Verifies(message, signature));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("zz")]
    [InlineData("00")]
    [InlineData("ä")]
    public void What_is_no_signature_does_not_count_and_does_no_harm(string signature)
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA rsa = RSA.Create(2048);
        foreach (SigningKey key in new[] { draft.NewKey(), SigningKey.Ecdsa(ecdsa), SigningKey.RsaPss(rsa) })
        {
            Assert.False(key.Public.Verifies("x"u8, signature));
        }
    }

    [Theory]
    [InlineData("ed25519", "ed25519", "00")]
    [InlineData("ed25519", "ed25519", "not hexadecimal")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256", "not PEM")]
    [InlineData("rsa", "rsassa-pss-sha256", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    [InlineData("rsa", "rsassa-pss-sha256", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("quantum", "quantum", "00")]
    public void A_key_that_is_broken_or_unknown_verifies_nothing(string type, string scheme, string publicText)
    {
        PublicKey key = PublicKey.Of(type, scheme, publicText);
        Assert.Null(key.Identity);
        Assert.False(key.Verifies("x"u8, new string('0', 128)));
    }

    [Fact]
    public void An_rsa_key_that_is_too_weak_or_that_would_take_long_is_not_used()
    {
        using RSA weak = RSA.Create(1024);
        Assert.Null(SigningKey.RsaPss(weak).Public.Identity);
    }

    [Fact]
    public void A_key_with_more_fields_may_be_listed_under_the_hash_of_all_of_them_but_counts_once()
    {
        SigningKey key = draft.NewKey();
        JsonObject longer = RepositoryDraft.Json(key.Public);
        longer["x-owner"] = "@ghent";
        string longId = IdOf(longer);
        draft.Root["keys"]![longId] = longer;
        draft.Root["keys"]![key.Public.Id] = RepositoryDraft.Json(key.Public);

        Assert.True(Takes(1));
        Assert.False(Takes(2));

        bool Takes(int threshold)
        {
            draft.Root["roles"]!["timestamp"] = new JsonObject { ["keyids"] = new JsonArray(longId, key.Public.Id), ["threshold"] = threshold };
            draft.Publish("root");
            draft.Signers["timestamp"] = [key];
            JsonNode timestamp = JsonNode.Parse(draft.Sign("timestamp"))!;
            timestamp["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = longId, ["sig"] = timestamp["signatures"]![0]!["sig"]!.GetValue<string>() });
            TrustedMetadata trusted = new(draft.Files[$"{draft.Root["version"]}.root.json"], RepositoryDraft.Now);
            return Record.Exception(() => trusted.UpdateTimestamp(Encoding.UTF8.GetBytes(timestamp.ToJsonString()))) is null;
        }
    }

    [Fact]
    public void A_key_under_an_id_that_is_not_its_own_does_not_count()
    {
        SigningKey key = draft.NewKey();
        string stranger = new('e', 64);
        draft.Root["keys"]![stranger] = RepositoryDraft.Json(key.Public);
        draft.Root["roles"]!["timestamp"]!["keyids"] = new JsonArray(stranger);
        draft.Publish("root");
        TrustedMetadata trusted = new(draft.Files["2.root.json"], RepositoryDraft.Now);
        JsonNode timestamp = JsonNode.Parse(draft.Sign("timestamp"))!;
        timestamp["signatures"]![0]!["keyid"] = stranger;

        AssertTaken(false, TufRefusal.TooFewSignatures, () => trusted.UpdateTimestamp(Encoding.UTF8.GetBytes(timestamp.ToJsonString())));
    }

    [Fact]
    public void Rotated_timestamp_or_snapshot_keys_forget_both_files_and_added_keys_do_not()
    {
        byte[] timestamp = draft.Files["timestamp.json"];
        byte[] snapshot = draft.Files["1.snapshot.json"];

        SigningKey old = draft.Signers["snapshot"][0];
        draft.SetKeys("snapshot", 1, old, draft.NewKey());
        draft.Publish("root");
        TrustedMetadata added = new(draft.Files["2.root.json"], RepositoryDraft.Now);
        Assert.True(added.Restore(timestamp, snapshot));
        Assert.NotNull(added.Timestamp);

        draft.SetKeys("snapshot", 1, draft.NewKey());
        draft.Publish("root");
        TrustedMetadata rotated = new(draft.Files["3.root.json"], RepositoryDraft.Now);
        Assert.False(rotated.Restore(timestamp, snapshot));
        Assert.Null(rotated.Timestamp);
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// a\n{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("NaN")]
    [InlineData("")]
    public void Json_that_two_readers_could_read_in_two_ways_is_refused(string json) =>
        AssertTaken(false, TufRefusal.Malformed, () => StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Json_that_nests_deeply_is_refused() =>
        AssertTaken(false, TufRefusal.Malformed, () => StrictJson.Parse(Encoding.UTF8.GetBytes($"{new string('[', 100_000)}{new string(']', 100_000)}")));

    private static string IdOf(JsonObject key) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(System.Text.Json.JsonSerializer.SerializeToElement(key))));

    private static void AssertTaken(bool taken, TufRefusal otherwise, Action take)
    {
        if (taken)
        {
            take();
        }
        else
        {
            Assert.Equal(otherwise, Assert.Throws<TufException>(take).Refusal);
        }
    }
}
