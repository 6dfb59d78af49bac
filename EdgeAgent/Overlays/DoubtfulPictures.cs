using System.Security.Cryptography;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Storage;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Overlays;

/// <summary>
/// The pictures of which the model is least sure, each with what it drew: NAME.png and NAME_label.png, as leafseg-train label reads them.
/// When the room is used up, pictures of an earlier model go first, then the least doubtful. Any thread may read.
/// </summary>
internal sealed class DoubtfulPictures
{
    private const string PictureExtension = ".png", LabelSuffix = "_label.png";

    private readonly string folder;
    private readonly DoubtfulOptions options;
    private readonly RigName rig;
    private readonly Lock gate = new();
    private readonly List<Kept> kept = [];

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="options">How many bytes are kept.</param>
    /// <param name="rig">Whose pictures they are.</param>
    /// <exception cref="AgentException">The folder cannot be used.</exception>
    public DoubtfulPictures(string folder, DoubtfulOptions options, RigName rig)
    {
        (this.folder, this.options, this.rig) = (folder, options, rig);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                TakeIn(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine,
                $"originals.doubtful.folder: found \"{folder}\", which cannot be used ({e.Message}); expected a folder that can be written", e);
        }
    }

    private long MaxBytes => (long)(options.MaxMegabytes * 1_000_000);

    /// <summary>What is kept, the most doubtful first.</summary>
    public DoubtfulList List()
    {
        lock (gate)
        {
            return new DoubtfulList { Site = rig.Site, Rig = rig.Rig, Pictures = [.. kept.OrderByDescending(one => one.Picture.Doubt).Select(one => one.Picture)] };
        }
    }

    /// <summary>The path of one of the files that <see cref="List"/> names; null: it is not there any more.</summary>
    public string? Find(string file)
    {
        lock (gate)
        {
            return kept.Any(one => one.Picture.File == file || one.Picture.Labels.File == file) ? Path.Combine(folder, file) : null;
        }
    }

    /// <summary>Keeps a plant's picture, if there is room for it or for none that is more doubtful.</summary>
    /// <param name="plant">The plant.</param>
    /// <param name="draw">Gives its picture, as the model looked at it, and the leaves drawn on it; called only where it may be kept.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Offer(DoubtfulPlant plant, Func<(RgbImage Picture, LabelMap Leaves)> draw)
    {
        if (plant.Doubt <= 0)
        {
            return;
        }

        Kept? before;
        lock (gate)
        {
            before = kept.LastOrDefault(one => one.Picture.Plant == plant.Plant && (plant.Time - one.Picture.Time).Duration() < TimeSpan.FromMinutes(options.Minutes));
            bool isFull = kept.Count > 0 && kept.Sum(one => one.Bytes) + kept.Min(one => one.Bytes) > MaxBytes;
            if (before is not null ? !IsWorthLess(before, plant) : isFull && !kept.Any(one => IsWorthLess(one, plant)))
            {
                return;
            }
        }

        (RgbImage picture, LabelMap leaves) = draw();
        byte[] png = ImageFile.Encode(picture, PictureExtension);
        LabelNote note = new()
        {
            Author = "",
            Time = plant.Time,
            IsAccepted = false,
            Model = plant.Model,
            Doubt = plant.Doubt,
            Origin = new PictureOrigin(rig.Site, rig.Rig, plant.Plant, plant.Time, plant.Capture, Convert.ToHexStringLower(SHA256.HashData(png))),
        };
        byte[] labels = note.WriteInto(LabelPicture.Encode(leaves));
        Kept? next = Kept.Of(plant.Name, png.Length, labels);
        if (next is not null && MakeRoom(next, plant, before))
        {
            DurableFile.Write(Path.Combine(folder, plant.Name + PictureExtension), png);
            DurableFile.Write(Path.Combine(folder, plant.Name + LabelSuffix), labels);
            lock (gate)
            {
                kept.Add(next);
            }
        }
    }

    /// <summary>An earlier model's, or less doubtful.</summary>
    private static bool IsWorthLess(Kept one, DoubtfulPlant than) => one.Picture.Model != than.Model || one.Picture.Doubt < than.Doubt;

    /// <summary>Removes the picture that this one replaces, and others until it fits; none where those that are worth less do not suffice.</summary>
    private bool MakeRoom(Kept next, DoubtfulPlant plant, Kept? replaced)
    {
        Kept[] removed;
        lock (gate)
        {
            long over = kept.Sum(one => one.Bytes) + next.Bytes - MaxBytes;
            List<Kept> go = replaced is null ? [] : [replaced];
            foreach (Kept one in kept.Where(one => one != replaced && IsWorthLess(one, plant)).OrderBy(one => one.Picture.Model == plant.Model).ThenBy(one => one.Picture.Doubt))
            {
                if (go.Sum(gone => gone.Bytes) >= over)
                {
                    break;
                }

                go.Add(one);
            }

            if (go.Sum(gone => gone.Bytes) < over)
            {
                return false;
            }

            removed = [.. go];
            kept.RemoveAll(go.Contains);
        }

        foreach (Kept one in removed)
        {
            File.Delete(Path.Combine(folder, one.Picture.Labels.File));
            File.Delete(Path.Combine(folder, one.Picture.File));
        }

        return true;
    }

    /// <summary>A picture of an earlier run; what a power cut left of one is removed.</summary>
    private void TakeIn(string file)
    {
        string name = Path.GetFileName(file);
        if (name.EndsWith(LabelSuffix, StringComparison.Ordinal))
        {
            string stem = name[..^LabelSuffix.Length];
            FileInfo picture = new(Path.Combine(folder, stem + PictureExtension));
            if (picture.Exists && Kept.Of(stem, picture.Length, File.ReadAllBytes(file)) is { } whole)
            {
                kept.Add(whole);
                return;
            }
        }
        else if (File.Exists(file[..^Path.GetExtension(file).Length] + LabelSuffix))
        {
            return;
        }

        if (name.EndsWith(PictureExtension, StringComparison.Ordinal) || name.EndsWith("%part", StringComparison.Ordinal))
        {
            File.Delete(file);
        }
    }

    /// <param name="Picture">As it is listed.</param>
    private sealed record Kept(DoubtfulPicture Picture)
    {
        public long Bytes => Picture.Bytes + Picture.Labels.Bytes;

        /// <returns>Null: the labels are not those of a rig's picture.</returns>
        public static Kept? Of(string name, long bytes, byte[] labels) => LabelNote.Of(labels) is { Origin: { } origin, Doubt: { } doubt, Model: { } model }
            ? new Kept(new DoubtfulPicture
            {
                File = name + PictureExtension,
                Bytes = bytes,
                Sha256 = origin.Sha256,
                Labels = new DoubtfulFile(name + LabelSuffix, labels.Length, Convert.ToHexStringLower(SHA256.HashData(labels))),
                Plant = origin.Plant,
                Time = origin.Time,
                Capture = origin.Capture,
                Doubt = doubt,
                Model = model,
            })
            : null;
    }
}
