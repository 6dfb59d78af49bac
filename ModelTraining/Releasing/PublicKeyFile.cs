using System.Text.Json.Nodes;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tuf;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>The half of a key that may be sent around: as metadata lists it.</summary>
internal static class PublicKeyFile
{
    /// <summary>Beside the private one: key.pem, key.pub.json.</summary>
    public static string PathOf(string keyFile) => Path.ChangeExtension(keyFile, ".pub.json");

    public static void Write(string path, PublicKey key) => DurableFile.Write(path, MetadataFile.Bytes(Json(key)));

    /// <exception cref="ReleaseException">It cannot be read.</exception>
    /// <exception cref="TufException">It is no public key.</exception>
    public static PublicKey Read(string path) =>
        PublicKey.Parse(RequiredFile.Bytes(path, "a public key (.pub.json), as leafseg-train release keygen writes it"), path);

    public static JsonObject Json(PublicKey key) => new()
    {
        ["keytype"] = key.KeyType,
        ["keyval"] = new JsonObject { ["public"] = key.Public },
        ["scheme"] = key.Scheme,
    };
}
