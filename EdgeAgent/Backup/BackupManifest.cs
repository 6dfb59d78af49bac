using System.Text.Json.Serialization;

namespace LeafSeg.EdgeAgent.Backup;

/// <summary>What is in a backup: the entry <c>manifest.json</c> of the file. The file's comment holds the SHA-256 of this entry.</summary>
internal sealed partial record BackupManifest
{
    /// <summary>Name and major version; files of a higher one are refused.</summary>
    public const string CurrentSchema = "leafseg.backup/1";

    public required string Schema { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Version of the leafseg-agent that wrote it.</summary>
    public required string Agent { get; init; }

    public required string Site { get; init; }

    public required string Rig { get; init; }

    /// <summary>The state folder that was backed up, as a full path.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Version of each store's format, by the store's name: "outbox", "commands", "models".</summary>
    public required IReadOnlyDictionary<string, long> Versions { get; init; }

    /// <summary>Results recorded so far.</summary>
    public required long Recorded { get; init; }

    /// <summary>Results that the broker had not acknowledged.</summary>
    public required long Waiting { get; init; }

    /// <summary>Every other entry of the file.</summary>
    public required IReadOnlyList<BackupEntry> Files { get; init; }

    [JsonIgnore]
    public bool HasSettings => Files.Any(file => file.Name == BackupFile.SettingsName);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, WriteIndented = true)]
    [JsonSerializable(typeof(BackupManifest))]
    internal sealed partial class ManifestJson : JsonSerializerContext;
}

/// <summary>One file of a backup.</summary>
/// <param name="Name">Name of the entry: <c>settings.json</c>, or <c>state/</c> and the path below the state folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Modified">When it was last written: the model store removes the oldest file first.</param>
internal sealed record BackupEntry(string Name, long Bytes, string Sha256, DateTimeOffset Modified);
