using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures with a picture of labels each.</summary>
internal abstract class LabelPictures : LabelledPictures
{
    private readonly IReadOnlyList<Pair> pairs;

    protected LabelPictures(string folder, IReadOnlyList<Pair> pairs, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(folder, [.. pairs.Select(pair => pair.Name)], findings, rules)
    {
        this.pairs = pairs;
    }

    protected override IEnumerable<string> Files => pairs.SelectMany(pair => new[] { pair.Picture, pair.Labels }).Select(file => Below(Folder, file));

    public override string PictureFileOf(int index) => pairs[index].Picture;

    protected override (RgbImage Image, LabelMap Labels, LabelMap? Ignored) Read(int index, List<Finding> findings)
    {
        (string name, string file, string mask) = pairs[index];
        DecodedPicture picture = PictureFile.Read(file, name, findings);
        LabelMap labels = LabelFile.Read(mask, Rules.Colours);
        bool asStored = IsAsStored(picture, labels.Width, labels.Height, mask);
        labels = Check(index, labels, findings);
        LabelledLeaves.CountFarPieces(labels, name, findings);
        return (picture.Image, asStored ? TurnLabels(labels, picture, name, findings) : labels, ReadIgnored(index));
    }

    protected override string LabelFileOf(int index) => pairs[index].Labels;

    /// <summary>Regions that are neither leaf nor ground; null where the layout or the picture has none.</summary>
    protected virtual LabelMap? ReadIgnored(int index) => null;

    /// <summary>What else a layout has beside the labels.</summary>
    protected virtual LabelMap Check(int index, LabelMap labels, List<Finding> findings) => labels;

    /// <summary>A picture and its labels.</summary>
    protected sealed record Pair(string Name, string Picture, string Labels);
}
