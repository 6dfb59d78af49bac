using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>A picture's labels, as sent to the page.</summary>
internal sealed record LabelReport
{
    /// <summary>To be sent with the next change.</summary>
    public required string Version { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>x1, y1, x2, y2 of the part that follows; empty: nothing has changed.</summary>
    public required int[] Box { get; init; }

    /// <summary>See <see cref="LabelRuns"/>.</summary>
    public required byte[] Runs { get; init; }

    /// <summary>[n][6]: label, box x1, y1, x2, y2, pixels.</summary>
    public required int[][] Leaves { get; init; }

    /// <summary>How sure the model is of the leaves that it drew.</summary>
    public required IReadOnlyDictionary<ushort, float> Scores { get; init; }

    /// <summary>The leaf to select; 0: none.</summary>
    public required ushort Leaf { get; init; }

    public required bool IsAccepted { get; init; }

    public required int Undo { get; init; }

    public required int Redo { get; init; }

    /// <summary>Why the newest labels are not on the disk; null: they are.</summary>
    public required string? Unsaved { get; init; }

    /// <summary>What else there is to report.</summary>
    public string? Notice { get; init; }

    /// <summary>The picture that comes next; null: none is left, or the labels alone were changed.</summary>
    public int? Next { get; init; }

    /// <param name="document">The labels.</param>
    /// <param name="box">The part that has changed.</param>
    /// <param name="leaf">To select.</param>
    public static LabelReport Of(LabelDocument document, PixelBox box, ushort leaf) => new()
    {
        Version = document.Version,
        Width = document.Map.Width,
        Height = document.Map.Height,
        Box = box.IsEmpty ? [] : [box.X1, box.Y1, box.X2, box.Y2],
        Runs = box.IsEmpty ? [] : LabelRuns.Encode(document.Map, box),
        Leaves = [.. PixelSums.OfEachLabel(document.Map).Select(one => new[] { one.Label, one.Box.X1, one.Box.Y1, one.Box.X2, one.Box.Y2, one.Area })],
        Scores = document.Scores,
        Leaf = leaf,
        IsAccepted = document.Note.IsAccepted,
        Undo = document.Done,
        Redo = document.Changes - document.Done,
        Unsaved = document.Unsaved?.Message,
    };
}
