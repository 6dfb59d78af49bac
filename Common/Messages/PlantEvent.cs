using System.Text.Json.Serialization;
using LeafSeg.Common.Tracking;

namespace LeafSeg.Common.Messages;

/// <summary><c>leafseg.event/1</c>: a leaf is born or lost, or a plant is replaced.</summary>
public sealed record PlantEvent
{
    /// <summary>Name and major version of the schema.</summary>
    public const string SchemaName = "leafseg.event/1";

    /// <summary><see cref="SchemaName"/>.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>UUID version 7, the same on every resend.</summary>
    public required Guid Id { get; init; }

    /// <summary>The rig's site.</summary>
    public required string Site { get; init; }

    /// <summary>The rig's name, unique at its site.</summary>
    public required string Rig { get; init; }

    /// <summary>One of <see cref="CapturedEvent.Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>A birth: the leaf's first sighting. A loss: its last one. A replacement: the first picture of the new plant.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The plant's name in the layout.</summary>
    public required string Plant { get; init; }

    /// <summary>Of a replacement, the new one.</summary>
    public required int Series { get; init; }

    /// <summary>Null for a replacement.</summary>
    public required int? LeafId { get; init; }

    /// <summary>The capture that showed it.</summary>
    public required Guid Capture { get; init; }

    /// <summary>That capture's sequence.</summary>
    public required long Sequence { get; init; }

    /// <summary>All events of a capture, in its order.</summary>
    public static IEnumerable<PlantEvent> Of(CaptureResult capture)
    {
        ArgumentNullException.ThrowIfNull(capture);
        return capture.Plants.SelectMany(plant => (plant.Events ?? []).Select(happened => new PlantEvent
        {
            Id = happened.Id,
            Site = capture.Site,
            Rig = capture.Rig,
            Kind = happened.Kind,
            Time = happened.Time,
            Plant = plant.Plant,
            Series = plant.Series ?? 1,
            LeafId = happened.LeafId,
            Capture = capture.Id,
            Sequence = capture.Sequence,
        }));
    }
}

/// <summary>An event within the capture that showed it.</summary>
public sealed record CapturedEvent
{
    /// <summary>All kinds there are; receivers pass over what they do not know.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["leaf-born", "leaf-lost", "plant-replaced"];

    /// <summary>The same however often the event is sent.</summary>
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it happened, as far as the pictures show, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Absent for a replacement.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeafId { get; init; }

    /// <summary>The message's form of what a tracker saw.</summary>
    public static CapturedEvent From(TrackEvent happened, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Kind = Kinds[(int)happened.Kind],
        Time = happened.Time,
        LeafId = happened.LeafId,
    };
}
