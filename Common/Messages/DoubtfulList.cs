namespace LeafSeg.Common.Messages;

/// <summary>
/// <c>leafseg.doubtful/1</c>: the doubtful pictures that a rig keeps, as its status page lists them on <c>/doubtful.json</c>; each file
/// lies on <c>/doubtful/FILE</c>.
/// </summary>
public sealed record DoubtfulList
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.doubtful/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>The rig's site.</summary>
    public required string Site { get; init; }

    /// <summary>The rig's name, unique at its site.</summary>
    public required string Rig { get; init; }

    /// <summary>The most doubtful first.</summary>
    public required IReadOnlyList<DoubtfulPicture> Pictures { get; init; }
}

/// <summary>A plant's picture, with what the model drew.</summary>
public sealed record DoubtfulPicture
{
    /// <summary>Name of the picture's file.</summary>
    public required string File { get; init; }

    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Of the picture's file, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The label picture with what the model drew.</summary>
    public required DoubtfulFile Labels { get; init; }

    /// <summary>The plant.</summary>
    public required string Plant { get; init; }

    /// <summary>When it was taken, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The result that was published of it.</summary>
    public required Guid Capture { get; init; }

    /// <summary>How unsure the model was, 0 to 1.</summary>
    public required double Doubt { get; init; }

    /// <summary>The model's name and version.</summary>
    public required string Model { get; init; }
}

/// <summary>A file that a rig serves.</summary>
/// <param name="File">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
public sealed record DoubtfulFile(string File, long Bytes, string Sha256);
