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

    protected override IEnumerable<string> Files => pairs.SelectMany(pair => new[] { pair.Picture, pair.Labels }).Distinct().Select(file => Below(Folder, file));

    public override string PictureFileOf(int index) => pairs[index].Picture;

    protected override (RgbImage Image, LabelMap Labels, LabelMap? Ignored) Read(int index, List<Finding> findings)
    {
        (string name, string file, string mask, int page) = pairs[index];
        DecodedPicture picture = PictureFile.Read(file, name, findings, page);
        LabelMap labels = LabelFile.Read(mask, page, picture.Format.Pages, Rules.Colours);
        bool asStored = IsAsStored(picture, labels.Width, labels.Height, mask);
        labels = Check(index, labels, findings);
        LabelledLeaves.CountSeparatePieces(labels, name, findings);
        return (picture.Image, asStored ? TurnLabels(labels, picture, name, findings) : labels, ReadIgnored(index));
    }

    protected override string LabelFileOf(int index) => pairs[index].Labels;

    /// <summary>Regions that are neither leaf nor ground; null where the layout or the picture has none.</summary>
    protected virtual LabelMap? ReadIgnored(int index) => null;

    /// <summary>What else a layout has beside the labels.</summary>
    protected virtual LabelMap Check(int index, LabelMap labels, List<Finding> findings) => labels;

    /// <summary>Gives each pair its page; where all are requested, each page becomes a pair.</summary>
    protected static IReadOnlyList<Pair> Paged(IReadOnlyList<Pair> pairs, ReadingRules rules) => rules.Page is int page
        ? [.. pairs.Select(pair => pair with { Page = page })]
        :
        [
            .. pairs.SelectMany(pair => PictureFile.PagesOf(pair.Picture) is > 1 and int pages
                ? Enumerable.Range(1, pages).Select(number => pair with { Name = $"{pair.Name}_page{number}", Page = number })
                : [pair]),
        ];

    /// <summary>A picture and its labels.</summary>
    protected sealed record Pair(string Name, string Picture, string Labels, int Page = 1);
}
