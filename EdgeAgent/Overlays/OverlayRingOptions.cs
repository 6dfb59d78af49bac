using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>Pictures with their leaves outlined, kept on the disk.</summary>
internal sealed record OverlayRingOptions
{
    /// <summary>Null: "overlays" in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>The newest so many are kept; 0: none is written.</summary>
    public int Keep { get; init; } = 200;

    /// <summary>Share of the disk; it shrinks while the outbox needs more than its own.</summary>
    public double MaxMegabytes { get; init; } = 256;

    /// <summary>Each is sent to the broker too, on image/CAPTURE and image/latest; otherwise only on request.</summary>
    public bool Publish { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (Keep is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.keep", Keep, "0 to 1000000 pictures");
        }

        if (MaxMegabytes is not (>= 0 and <= 1_000_000))
        {
            yield return new SettingProblem($"{name}.maxMegabytes", MaxMegabytes, "0 to 1000000 megabytes");
        }
    }
}
