using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.info/1</c>: what a rig is made of; sent at birth and after a change of model.</summary>
public sealed record RigInfo
{
    public const string SchemaName = "leafseg.info/1";

    public string Schema { get; init; } = SchemaName;

    public required string Boot { get; init; }

    public required AgentInfo Agent { get; init; }

    public required ModelInfo Model { get; init; }

    /// <summary>Really in use: "CPU", "CUDA" or "TensorRT".</summary>
    public required string Provider { get; init; }

    /// <summary>Why it is not the provider that the settings request; absent when it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProviderNote { get; init; }

    /// <summary>The first camera.</summary>
    public required CameraInfo Camera { get; init; }

    /// <summary>Every camera, the first one too; null from a rig older than 1.1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CameraInfo>? Cameras { get; init; }

    /// <summary>Commands that this rig follows.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }
}

public sealed record AgentInfo
{
    public required string Version { get; init; }
}

public sealed record ModelInfo
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>"sha256:" and 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is not the file that the settings name; absent when it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

public sealed record CameraInfo
{
    public required string Name { get; init; }

    /// <summary>Null until the first picture.</summary>
    public required int? Width { get; init; }

    public required int? Height { get; init; }
}
