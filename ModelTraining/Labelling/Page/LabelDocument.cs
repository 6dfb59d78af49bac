using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>
/// The labels of one picture while somebody corrects them. Every change is on the disk before it is answered; what the disk
/// refuses stays here and is tried again with the next change of any picture. Used by one thread at a time.
/// </summary>
internal sealed class LabelDocument
{
    private static readonly Dictionary<ushort, float> NoScores = [];
    private readonly LabelledFile file;
    private readonly string author;
    private readonly TimeProvider time;
    private readonly List<LabelChange> changes = [];
    private readonly string instance = Guid.NewGuid().ToString("N")[..8];
    private (DateTime Written, long Length)? stamp;
    private (DateTime Written, long Length)? keptFrom;
    private readonly PixelBox whole;
    private LabelMap? map;
    private byte[] compressed = [];
    private bool isForeign;
    private int version;
    private long lastUsed;

    /// <param name="file">Where the labels lie.</param>
    /// <param name="map">What is there, or what the model draws.</param>
    /// <param name="note">As the file has it; null: it has none.</param>
    /// <param name="author">Whoever corrects now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="scores">See <see cref="Scores"/>; null: the model drew none of the leaves.</param>
    public LabelDocument(LabelledFile file, LabelMap map, LabelNote? note, string author, TimeProvider time, IReadOnlyDictionary<ushort, float>? scores = null)
    {
        Scores = scores ?? NoScores;
        (this.file, this.map, this.author, this.time) = (file, map, author, time);
        Note = note ?? new LabelNote { Author = "", Time = time.GetUtcNow(), IsAccepted = false };
        isForeign = note is null;
        whole = new PixelBox(0, 0, map.Width, map.Height);
        stamp = file.Stamp();
        lastUsed = time.GetTimestamp();
    }

    public LabelMap Map => map ??= Decompress();

    public LabelNote Note { get; private set; }

    /// <summary>How sure the model is of each leaf that it drew.</summary>
    public IReadOnlyDictionary<ushort, float> Scores { get; private set; }

    /// <summary>Changes with every change of the labels, and with every start of the program.</summary>
    public string Version => string.Create(CultureInfo.InvariantCulture, $"{instance}-{version}");

    /// <summary>Changes that are done, of <see cref="Changes"/>; the others are undone.</summary>
    public int Done { get; private set; }

    public int Changes => changes.Count;

    /// <summary>Why the newest labels are not on the disk; null: they are.</summary>
    public Exception? Unsaved { get; private set; }

    /// <summary>Applies an edit and saves.</summary>
    /// <returns>What has changed, and the leaf to select.</returns>
    /// <exception cref="LabelEditException">It cannot be done, or changes nothing.</exception>
    /// <exception cref="LabelConflictException">See <see cref="Require"/>.</exception>
    public (PixelBox Box, ushort Leaf) Apply(LabelEdit edit, string expected)
    {
        Require(expected);
        PixelBox box = edit.Extent(Map);
        byte[] before = LabelRuns.Encode(Map, box);
        IReadOnlyDictionary<ushort, float> known = ScoresOfPresent();
        ushort leaf;
        try
        {
            leaf = edit.Apply(Map, box);
            if (!Map.Labels.AsSpan().Contains((ushort)0))
            {
                throw new LabelEditException("No background would be left, and such labels are refused by train; leave some.");
            }
        }
        catch
        {
            LabelRuns.Decode(before, Map, box);
            throw;
        }

        byte[] after = LabelRuns.Encode(Map, box);
        if (before.AsSpan().SequenceEqual(after))
        {
            throw new LabelEditException("This changes nothing.");
        }

        Push(new LabelChange(box, before, after, Scores, known));
        Save(Note.IsAccepted);
        return (box, leaf);
    }

    /// <exception cref="LabelEditException">There is nothing to undo.</exception>
    /// <exception cref="LabelConflictException">See <see cref="Require"/>.</exception>
    public PixelBox Undo(string expected)
    {
        Require(expected);
        LabelChange change = Done > 0 ? changes[--Done] : throw new LabelEditException("There is nothing to undo.");
        return Restore(change.Box, change.Before, change.ScoresBefore);
    }

    /// <exception cref="LabelEditException">There is nothing to redo.</exception>
    /// <exception cref="LabelConflictException">See <see cref="Require"/>.</exception>
    public PixelBox Redo(string expected)
    {
        Require(expected);
        LabelChange change = Done < changes.Count ? changes[Done++] : throw new LabelEditException("There is nothing to redo.");
        return Restore(change.Box, change.After, change.ScoresAfter);
    }

    /// <summary>Marks the labels as right, and saves.</summary>
    /// <exception cref="LabelConflictException">See <see cref="Require"/>.</exception>
    public void Accept(string expected)
    {
        Require(expected);
        version++;
        Save(true);
    }

    /// <summary>Whether another program has written the file since it was read or written here.</summary>
    public bool IsOverwritten => file.Stamp() is { } now && now != stamp;

    /// <summary>Tries again to save what the disk has refused.</summary>
    /// <exception cref="LabelConflictException">Another program has written labels meanwhile; they are left, and these are kept beside them.</exception>
    public void Retry()
    {
        if (Unsaved is null)
        {
            return;
        }

        if (Reload() is string taken)
        {
            throw new LabelConflictException(taken);
        }

        if (Unsaved is not null)
        {
            Save(Note.IsAccepted);
        }
    }

    /// <summary>Takes in what another program has written meanwhile; what was here can be had back by undoing, and lies beside the file.</summary>
    /// <returns>What to report about it; null: nothing was written.</returns>
    /// <exception cref="ImageFileException">What was written cannot be read.</exception>
    /// <exception cref="DatasetException">Nor used.</exception>
    public string? Reload()
    {
        (DateTime, long)? now = file.Stamp();
        if (now == stamp)
        {
            return null;
        }

        if (now is null)
        {
            // Somebody has removed the file; what is here is all there is.
            stamp = null;
            return null;
        }

        LabelMap theirs = ReadTheirs(now);
        LabelNote? note = file.Note();
        stamp = now;
        Unsaved = null;
        version++;
        bool isSame = theirs.Labels.AsSpan().SequenceEqual(Map.Labels);
        string name = Path.GetFileName(file.Labels);
        string? kept = isSame ? null : Keep();
        if (!isSame)
        {
            Push(new LabelChange(whole, LabelRuns.Encode(Map, whole), LabelRuns.Encode(theirs, whole), Scores, NoScores));
            map = theirs;
        }

        isForeign = note is null;
        Note = note ?? Note with { IsAccepted = false };
        return isSame ? null : $"Another program has written {name}. Its labels are shown now; yours come back with Undo{kept}.";
    }

    /// <summary>Adds the time since the last use; pauses over 60 s do not count.</summary>
    public void AddTime()
    {
        const double longestPause = 60;
        double seconds = time.GetElapsedTime(lastUsed).TotalSeconds;
        lastUsed = time.GetTimestamp();
        Note = Note with { Seconds = Note.Seconds + Math.Min(seconds, longestPause) };
    }

    /// <summary>Needs as little memory as it can until it is used again.</summary>
    public void Compress()
    {
        if (map is not null)
        {
            (compressed, map) = (LabelRuns.Encode(map, whole), null);
        }
    }

    /// <summary>Begins a visit: the time since the last one does not count.</summary>
    public void RestartClock() => lastUsed = time.GetTimestamp();

    /// <exception cref="LabelConflictException">Another window or program has changed the labels.</exception>
    private void Require(string expected)
    {
        if (Reload() is string taken)
        {
            throw new LabelConflictException(taken);
        }

        if (expected != Version)
        {
            throw new LabelConflictException("The labels were changed in another window. They are shown now; your last change was not applied.");
        }

        AddTime();
    }

    private LabelMap Decompress()
    {
        LabelMap labels = new(whole.Width, whole.Height);
        LabelRuns.Decode(compressed, labels, whole);
        compressed = [];
        return labels;
    }

    private LabelMap ReadTheirs((DateTime, long)? now)
    {
        try
        {
            return file.Read(whole.Width, whole.Height, PictureSize.Of(file.Picture).Orientation) ?? Map;
        }
        catch (Exception e) when (e is ImageFileException or DatasetException)
        {
            // Once for each file that cannot be used, however often it is looked at.
            (string kept, keptFrom) = (keptFrom == now ? "" : Keep(), now);
            throw new ImageFileException($"{e.Message} (another program has written it meanwhile; your labels stay here{kept})", e);
        }
    }

    private string Keep()
    {
        try
        {
            return $", and are kept as {file.Keep(Map, Note with { Time = time.GetUtcNow() })}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $" (they could not be kept beside it: {e.Message})";
        }
    }

    private void Push(LabelChange change)
    {
        changes.RemoveRange(Done, changes.Count - Done);
        changes.Add(change);
        Scores = change.ScoresAfter;
        Done++;
        version++;
    }

    /// <summary>A label that is given next may be one that a deleted leaf had.</summary>
    private IReadOnlyDictionary<ushort, float> ScoresOfPresent()
    {
        if (Scores.Count == 0)
        {
            return Scores;
        }

        HashSet<ushort> present = [.. PixelSums.OfEachLabel(Map).Select(leaf => leaf.Label)];
        return Scores.Keys.All(present.Contains) ? Scores : Scores.Where(one => present.Contains(one.Key)).ToDictionary();
    }

    private PixelBox Restore(PixelBox box, byte[] runs, IReadOnlyDictionary<ushort, float> scores)
    {
        Scores = scores;
        LabelRuns.Decode(runs, Map, box);
        version++;
        Save(Note.IsAccepted);
        return box;
    }

    private void Save(bool isAccepted)
    {
        Note = Note with { Author = author, Time = time.GetUtcNow(), IsAccepted = isAccepted };
        try
        {
            if (isForeign)
            {
                // Another program's file, which is nowhere else.
                file.KeepOriginal(Note.Time);
                isForeign = false;
            }

            file.Write(Map, Note);
            stamp = file.Stamp();
            Unsaved = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unsaved = e;
        }
    }
}
