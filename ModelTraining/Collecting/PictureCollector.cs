using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Labelling.Page;

namespace LeafSeg.ModelTraining.Collecting;

/// <summary>Brings what a rig keeps into a folder, the most doubtful first, each picture once.</summary>
/// <param name="folder">Where to.</param>
/// <param name="most">Pictures of a rig at a time; null: all.</param>
internal sealed class PictureCollector(CollectedPictures folder, int? most)
{
    /// <returns>New pictures, and what is wrong with those that could not be had.</returns>
    /// <param name="rig">The rig.</param>
    /// <param name="list">What it keeps.</param>
    /// <param name="advance">Called after each.</param>
    /// <param name="cancellation">Ends it between two pictures, and within one.</param>
    public async Task<(int New, IReadOnlyList<string> Faults)> CollectAsync(RigClient rig, DoubtfulList list, Action advance, CancellationToken cancellation)
    {
        int collected = 0;
        List<string> faults = [];
        foreach (DoubtfulPicture picture in Wanted(list))
        {
            try
            {
                await CollectAsync(rig, picture, cancellation);
                collected++;
            }
            catch (CollectException e)
            {
                faults.Add(e.Message);
            }

            advance();
        }

        return (collected, faults);
    }

    public IReadOnlyList<DoubtfulPicture> Wanted(DoubtfulList list) =>
        [.. list.Pictures.Where(picture => !folder.Has(picture.Capture, picture.Plant)).Take(most ?? int.MaxValue)];

    private async Task CollectAsync(RigClient rig, DoubtfulPicture listed, CancellationToken cancellation)
    {
        string labels = await rig.FetchAsync(listed.Labels.File, listed.Labels.Sha256, folder.Incoming, cancellation);
        string picture = await rig.FetchAsync(listed.File, listed.Sha256, folder.Incoming, cancellation);
        try
        {
            folder.Add(Check(labels, picture), labels, picture);
        }
        catch (Exception e) when (e is ImageFileException or Datasets.DatasetException or CollectException)
        {
            File.Delete(labels);
            File.Delete(picture);
            throw new CollectException($"{listed.File}: came as the rig lists it and cannot be used, so that it is left there ({e.Message})", e);
        }
    }

    private static LabelNote Check(string labels, string picture)
    {
        LabelNote? note = LabelNote.Of(labels);
        if (note?.Origin is not { } origin || !Topics.IsName(origin.Site) || !Topics.IsName(origin.Rig) || !Topics.IsName(origin.Plant))
        {
            throw new CollectException("its labels do not say which rig took the picture, and of which plant");
        }

        RgbImage image = PictureFile.Read(picture, origin.Plant, []).Image;
        LabelMap map = LabelledFile.ReadOwn(labels);
        return map.Width == image.Width && map.Height == image.Height
            ? note
            : throw new CollectException($"labels of {map.Width}x{map.Height} for a picture of {image.Width}x{image.Height}");
    }
}
