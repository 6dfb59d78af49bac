using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Evaluation;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>The model as the page asks it: one question at a time, and what was answered lately is kept.</summary>
/// <param name="finder">The model; reports leaves below its threshold too where it can.</param>
/// <param name="look">How whole pictures are looked at.</param>
internal sealed class DraftingModel(LeafFinder finder, Look look) : IDisposable
{
    /// <summary>Bytes of drafts that are kept.</summary>
    private const long MostKept = 64 << 20;

    /// <summary>A crop's side, in leaves of the picture's usual size.</summary>
    private const double LeavesInCrop = 3;

    private const int SmallestCrop = 96;
    private readonly SemaphoreSlim gate = new(1);
    private readonly LinkedList<(string Picture, Draft Draft)> kept = [];
    private (string Path, RgbImage Image)? last;

    public string Title => finder.Title;

    /// <exception cref="ImageFileException">The picture cannot be read.</exception>
    public async Task<Draft> DraftAsync(string picture, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Known(picture) ?? Keep(picture, Make(picture)), cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The leaf at a point, looked for in a part of the picture round it, then in larger parts.</summary>
    /// <param name="picture">The picture's file.</param>
    /// <param name="click">The point.</param>
    /// <param name="usualSide">Side of a usual leaf of the picture, in pixels; 0: not known.</param>
    /// <param name="cancellation">Ends the wait for the model.</param>
    /// <exception cref="LabelEditException">The model sees no leaf there.</exception>
    public async Task<MaskEdit> LeafAtAsync(string picture, ClickEdit click, double usualSide, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => LeafAt(ImageOf(picture), click, usualSide), cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>After the picture that it looks at: the model's memory is not the runtime's to keep.</summary>
    public void Dispose()
    {
        gate.Wait();
        gate.Dispose();
        finder.Dispose();
    }

    private MaskEdit LeafAt(RgbImage image, ClickEdit click, double usualSide)
    {
        if (!(click.X >= 0 && click.X < image.Width && click.Y >= 0 && click.Y < image.Height))
        {
            throw new LabelEditException("The point lies outside the picture.");
        }

        int longest = Math.Max(image.Width, image.Height);
        double side = usualSide > 0 ? Math.Max(SmallestCrop, LeavesInCrop * usualSide) : Math.Min(longest, finder.InputSize) / 2.0;
        for (; ; side *= 2)
        {
            if (Around(image, click, Math.Min(side, longest)) is MaskEdit leaf)
            {
                return leaf;
            }

            if (side >= longest)
            {
                throw new LabelEditException("The model sees no leaf here; draw it with the polygon or the brush.");
            }
        }
    }

    private MaskEdit? Around(RgbImage image, ClickEdit click, double side)
    {
        (int width, int height) = (Math.Min(image.Width, (int)side), Math.Min(image.Height, (int)side));
        (int left, int top) = (Math.Clamp((int)(click.X - (width / 2)), 0, image.Width - width), Math.Clamp((int)(click.Y - (height / 2)), 0, image.Height - height));
        PixelBox crop = new(left, top, left + width, top + height);
        (int column, int row) = ((int)click.X, (int)click.Y);
        foreach (LeafInstance leaf in finder.FindAll(image.Crop(crop)))
        {
            LabelMap alone = LeafMap.Paste([leaf], width, height);
            if (alone[column - left, row - top] != 0)
            {
                PixelBox box = PixelSums.OfEachLabel(alone).Single().Box;
                bool[] mask = [.. from y in Enumerable.Range(box.Y1, box.Height) from x in Enumerable.Range(box.X1, box.Width) select alone[x, y] != 0];
                return new MaskEdit(new PixelBox(box.X1 + left, box.Y1 + top, box.X2 + left, box.Y2 + top), mask, column, row);
            }
        }

        return null;
    }

    private Draft Make(string picture)
    {
        RgbImage image = PictureFile.Read(picture, picture, []).Image;
        IReadOnlyList<LeafInstance> leaves = look.Find(image, finder, picture).Leaves;
        LabelMap map = LeafMap.Paste(leaves, image.Width, image.Height);
        IReadOnlyList<(ushort Label, int Area)> areas = map.Areas();
        return new Draft(
            image.Width, image.Height, LabelRuns.Encode(map, new PixelBox(0, 0, map.Width, map.Height)),
            areas.ToDictionary(leaf => leaf.Label, leaf => leaves[leaf.Label - 1].Score), Doubt.Of(areas.Select(leaf => (leaves[leaf.Label - 1], (int)leaf.Label, leaf.Area)), map));
    }

    private RgbImage ImageOf(string picture)
    {
        if (last is not { } known || known.Path != picture)
        {
            last = null;
            last = known = (picture, PictureFile.Read(picture, picture, []).Image);
        }

        return known.Image;
    }

    private Draft? Known(string picture) => kept.FirstOrDefault(draft => draft.Picture == picture).Draft;

    private Draft Keep(string picture, Draft draft)
    {
        kept.AddFirst((picture, draft));
        while (kept.Count > 1 && kept.Sum(one => (long)one.Draft.Runs.Length) > MostKept)
        {
            kept.RemoveLast();
        }

        return draft;
    }
}
