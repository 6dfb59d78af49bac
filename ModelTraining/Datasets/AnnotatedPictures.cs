using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Masks;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Pictures whose leaves are outlines or run lengths in a text file, drawn when the picture is read.</summary>
internal abstract class AnnotatedPictures : LabelledPictures
{
    /// <summary>Side of the square on which outlines in shares of the picture are tried without it.</summary>
    private const int TrialSide = 1024;

    private readonly string root;
    private readonly IReadOnlyList<string> files;

    /// <param name="folder">As the person named it.</param>
    /// <param name="root">Folder of the label files.</param>
    /// <param name="pictures">Name and file of each.</param>
    /// <param name="findings">What was odd before any picture was opened.</param>
    /// <param name="rules">How labels are read.</param>
    protected AnnotatedPictures(
        string folder, string root, IReadOnlyList<(string Name, string File)> pictures, IReadOnlyList<Finding> findings, ReadingRules rules)
        : base(folder, [.. pictures.Select(picture => picture.Name)], findings, rules)
    {
        this.root = root;
        files = [.. pictures.Select(picture => picture.File)];
    }

    protected override IEnumerable<string> Files => LabelFiles.Concat(files).Select(file => Below(root, file));

    /// <summary>The files that hold the labels.</summary>
    protected abstract IEnumerable<string> LabelFiles { get; }

    public override string PictureFileOf(int index) => files[index];

    public override void RequireWhole(CancellationToken cancellation)
    {
        List<Finding> findings = [.. Findings];
        long leaves = 0;
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, i =>
        {
            List<Finding> odd = [];
            (int width, int height) = SizeOf(i) ?? (TrialSide, TrialSide);
            int drawn = Draw(i, width, height, odd).Leaves.Count(mask => mask.Area > 0 && mask.Area < (long)width * height);
            lock (findings)
            {
                leaves += drawn;
                findings.AddRange(odd);
            }
        });
        LabelLoss.Check(Folder, leaves, findings, Rules);
    }

    /// <summary>The leaves of a picture, and what could not even be taken for one.</summary>
    /// <param name="index">Of the picture.</param>
    /// <param name="findings">Gets the annotations that cannot be used.</param>
    protected abstract IEnumerable<AnnotatedLeaf> LeavesOf(int index, List<Finding> findings);

    /// <summary>Size of the picture as the label file says; null: outlines are shares of it.</summary>
    protected abstract (int Width, int Height)? SizeOf(int index);

    protected override (RgbImage Image, LabelMap Labels, LabelMap? Ignored) Read(int index, List<Finding> findings)
    {
        string name = Names[index];
        DecodedPicture picture = PictureFile.Read(files[index], name, findings, OnlyPage(files[index]));
        RgbImage image = picture.Image;
        (int width, int height) = SizeOf(index) ?? (image.Width, image.Height);
        bool asStored = IsAsStored(picture, width, height, $"{Folder}, {name}");
        (List<RunLengthMask> leaves, List<RunLengthMask> crowds) = Draw(index, width, height, findings);
        LabelMap labels = LeafStack.Flatten(leaves, width, height, name, findings);
        LabelledLeaves.CountSeparatePieces(labels, name, findings);
        LabelMap? ignored = Regions(crowds, width, height);
        return asStored
            ? (image, TurnLabels(labels, picture, name, findings), ignored is null ? null : Upright.Turn(ignored, picture.Format.Orientation))
            : (image, labels, ignored);
    }

    private static LabelMap? Regions(List<RunLengthMask> crowds, int width, int height)
    {
        if (crowds.Count == 0)
        {
            return null;
        }

        LabelMap regions = new(width, height);
        for (int i = 0; i < crowds.Count; i++)
        {
            crowds[i].Fill(regions, (ushort)(i + 1));
        }

        return regions;
    }

    private (List<RunLengthMask> Leaves, List<RunLengthMask> Crowds) Draw(int index, int width, int height, List<Finding> findings)
    {
        string name = Names[index];
        List<RunLengthMask> masks = [], crowds = [];
        foreach (AnnotatedLeaf leaf in LeavesOf(index, findings))
        {
            try
            {
                DrawnLeaf drawn = leaf.Draw(width, height);
                if (leaf.IsCrowd && !IsLeaf(drawn.Mask))
                {
                    findings.Add(new Finding(FindingKind.CrowdRegion, name, $"{leaf.Name} has iscrowd{(Rules.Crowd == CrowdRule.Ignore ? "" : " and pieces far apart")}; what lies under it is neither leaf nor ground"));
                    crowds.Add(drawn.Mask);
                    continue;
                }

                if (leaf.IsCrowd && Rules.Crowd == CrowdRule.ByPieces)
                {
                    findings.Add(new Finding(FindingKind.CrowdLeaf, name, $"{leaf.Name} has iscrowd and is one piece"));
                }

                if (drawn.LeavesPicture)
                {
                    findings.Add(new Finding(FindingKind.OutsidePicture, name, $"{leaf.Name} has points outside {width}x{height}"));
                }

                if (drawn.Holes > 0)
                {
                    findings.Add(new Finding(FindingKind.FilledHole, name, $"{leaf.Name} has {drawn.Holes}"));
                }

                masks.Add(drawn.Mask);
            }
            catch (FormatException e)
            {
                findings.Add(new Finding(FindingKind.BadAnnotation, name, $"{leaf.Name}: {e.Message}"));
            }
        }

        return (masks, crowds);
    }

    private bool IsLeaf(RunLengthMask mask) => Rules.Crowd switch
    {
        CrowdRule.Leaf => true,
        CrowdRule.Ignore => false,
        _ => !Pieces.AreFarApart(mask),
    };
}
