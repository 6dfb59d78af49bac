using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Metadata as it is written: the signed part and its signatures.</summary>
internal static class MetadataFile
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Readable);

    public static byte[] Unsigned(JsonObject signed) => Bytes(new JsonObject { ["signatures"] = new JsonArray(), ["signed"] = signed.DeepClone() });

    /// <summary>The signed part, to be changed.</summary>
    public static JsonObject SignedPart(SignedFile file) => JsonNode.Parse(file.SignedPart.GetRawText())!.AsObject();

    /// <summary>The same file with one more signature, or another one of that key.</summary>
    public static byte[] WithSignature(SignedFile file, SigningKey key)
    {
        JsonArray signatures = [];
        foreach ((string id, string signature) in file.Signatures)
        {
            if (id != key.Public.Id)
            {
                signatures.Add(Signature(id, signature));
            }
        }

        signatures.Add(Signature(key.Public.Id, key.Sign(file.Canonical)));
        return Bytes(new JsonObject { ["signatures"] = signatures, ["signed"] = SignedPart(file) });
    }

    private static JsonObject Signature(string id, string signature) => new() { ["keyid"] = id, ["sig"] = signature };
}
