using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Tuf;

namespace LeafSeg.Common.Tests.Tuf;

/// <summary>Canonical JSON, key ids and signatures against those of the reference implementation.</summary>
public sealed class TufVectorTests
{
    [Fact]
    public void Canonical_json_is_the_reference_implementations_byte_by_byte()
    {
        foreach (JsonElement vector in Vectors("canonical"))
        {
            JsonElement value = StrictJson.Parse(Encoding.UTF8.GetBytes(vector.GetProperty("json").GetString()!));
            if (vector.GetProperty("canonical").GetString() is not { } expected)
            {
                TufException refused = Assert.Throws<TufException>(() => CanonicalJson.Encode(value));
                Assert.Equal(TufRefusal.NotCanonical, refused.Refusal);
                continue;
            }

            byte[] canonical = CanonicalJson.Encode(value);
            Assert.Equal(expected, Encoding.UTF8.GetString(canonical));
            Assert.Equal(vector.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(canonical)));
        }
    }

    [Fact]
    public void Key_ids_are_the_reference_implementations()
    {
        foreach (JsonElement vector in Vectors("keyids"))
        {
            Assert.Equal(vector.GetProperty("keyid").GetString(), Key(vector).Id);
        }
    }

    [Fact]
    public void Signatures_count_where_they_do_for_the_reference_implementation()
    {
        foreach (JsonElement vector in Vectors("signatures"))
        {
            byte[] message = Encoding.UTF8.GetBytes(vector.GetProperty("message").GetString()!);
            bool verifies = Key(vector).Verifies(message, vector.GetProperty("sig").GetString()!);
            Assert.True(vector.GetProperty("valid").GetBoolean() == verifies, vector.GetProperty("note").GetString());
        }
    }

    private static PublicKey Key(JsonElement vector)
    {
        JsonElement key = vector.GetProperty("key");
        return PublicKey.Of(
            key.GetProperty("keytype").GetString()!, key.GetProperty("scheme").GetString()!, key.GetProperty("keyval").GetProperty("public").GetString()!);
    }

    private static IEnumerable<JsonElement> Vectors(string kind)
    {
        return Fixtures.All("peers/tuf/vectors.json").SelectMany(file =>
        {
            using JsonDocument vectors = JsonDocument.Parse(File.ReadAllText(file));
            return vectors.RootElement.GetProperty(kind).Clone().EnumerateArray();
        });
    }
}
