using System.Text.Json.Serialization;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.info/1</c>: what a rig is made of; sent at birth and after a change of model.</summary>
public sealed record RigInfo
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.info/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>Changes at every start of the machine.</summary>
    public required string Boot { get; init; }

    /// <summary>The program.</summary>
    public required AgentInfo Agent { get; init; }

    /// <summary>The model that is in use.</summary>
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

/// <summary>The agent's program.</summary>
public sealed record AgentInfo
{
    /// <summary>Semantic version, with the commit where it is known.</summary>
    public required string Version { get; init; }
}

/// <summary>A model, as its file names it.</summary>
public sealed record ModelInfo
{
    /// <summary>The model's name in its file.</summary>
    public required string Name { get; init; }

    /// <summary>Semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>"sha256:" and 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it is not the file that the settings name; absent when it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>A camera of the rig.</summary>
public sealed record CameraInfo
{
    /// <summary>Its name in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>Null until the first picture.</summary>
    public required int? Width { get; init; }

    /// <summary>Height of its pictures, pixels; null: not known before the first.</summary>
    public required int? Height { get; init; }
}
