using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Preparation.Anchors;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>
/// Whether the anchors fit the leaves: how many leaves find one at IoU .5 and .7, by level and by size, for the settings'
/// anchors, the original's, and a set computed from the leaves.
/// </summary>
internal sealed class AnchorReport
{
    private const int OriginalInput = 512;

    private readonly AnchorRecall[] recalls;
    private readonly AnchorRecall described;

    public AnchorReport(IReadOnlyList<SurveyedPicture> pictures, NetworkSettings settings)
    {
        Box[] boxes = BoxesAt(pictures, settings.InputSize);
        AnchorSet[] sets =
        [
            AnchorSet.Of(settings),
            AnchorSet.Original(settings.InputSize),
            AnchorSuggestion.For(boxes, settings.InputSize, settings.AnchorRatios, settings.AnchorSizes[0].Length),
        ];
        recalls = [.. sets.Select(set => new AnchorRecall(set, boxes))];
        described = new AnchorRecall(AnchorSet.Original(OriginalInput), BoxesAt(pictures, OriginalInput));
    }

    private AnchorRecall Chosen => recalls[0];

    private AnchorRecall Suggested => recalls[^1];

    /// <summary>For the console.</summary>
    public IEnumerable<string> Lines()
    {
        if (Chosen.All.Count == 0)
        {
            yield return "No leaves, so nothing to say about anchors.";
            yield break;
        }

        yield return $"Anchors at {Chosen.Set.InputSize} px     IoU .5   IoU .7    anchors  sizes on P2..P6";
        foreach (AnchorRecall recall in recalls)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {recall.Set.Name,-18}  {Share(recall.At(.5, recall.All)),6}  {Share(recall.At(.7, recall.All)),7}  {recall.Set.Count,9}  {recall.Set.ToJson()}");
        }

        yield return $"Suggested: \"AnchorSizes\": {Suggested.Set.ToJson()}";
    }

    public void Write(Html html)
    {
        html.Line($"<h2>Anchors</h2>");
        if (Chosen.All.Count == 0)
        {
            html.Line($"<p>No leaves, so nothing to say about anchors.</p>");
            return;
        }

        html.Line($"<p>{Html.Text(InOneLine())}</p><details><summary>Anchors by level and size, and a set computed from these leaves</summary>");
        WriteSummary(html);
        WriteAnswer(html);
        foreach (AnchorRecall recall in recalls)
        {
            html.Line($"<h3>By level and size: {recall.Set.Name}, <code>{recall.Set.ToJson()}</code></h3><div class=\"row\">");
            WriteGrid(html, recall, .5);
            WriteGrid(html, recall, .7);
            html.Line($"</div>");
        }

        html.Line($"</details>");
    }

    private string InOneLine() => string.Create(
        CultureInfo.InvariantCulture,
        $"The settings' anchors reach {Chosen.At(.5, Chosen.All):P0} of the {Chosen.All.Count} leaves at IoU .5 and {Chosen.At(.7, Chosen.All):P0} at .7; a set computed from these leaves would reach {Suggested.At(.5, Suggested.All):P0} and {Suggested.At(.7, Suggested.All):P0}.");

    private static Box[] BoxesAt(IReadOnlyList<SurveyedPicture> pictures, int inputSize) =>
        [.. pictures.SelectMany(picture => picture.BoxesAt(inputSize)).Where(box => box.Area > 0)];

    private void WriteSummary(Html html)
    {
        html.Line($"<p>Recall: the share of the {Chosen.All.Count} leaves whose box finds an anchor of at least that IoU, at the network's input of {Chosen.Set.InputSize} px. From .7 on an anchor is taught as a leaf; a leaf without one is taught by its best anchor alone.</p>");
        html.Line($"<div class=\"wide\"><table><tr><th>Anchors</th><th>Sizes on P2 to P6</th><th class=\"n\">IoU .5</th><th class=\"n\">IoU .7</th><th class=\"n\">anchors</th></tr>");
        foreach (AnchorRecall recall in recalls)
        {
            html.Line($"<tr><td>{recall.Set.Name}</td><td><code>{recall.Set.ToJson()}</code></td><td class=\"n\">{Share(recall.At(.5, recall.All))}</td><td class=\"n\">{Share(recall.At(.7, recall.All))}</td><td class=\"n\">{recall.Set.Count}</td></tr>");
        }

        html.Line($"</table></div><p>To use the suggestion, put this under <code>Network</code> in the settings file:</p><pre>\"AnchorSizes\": {Suggested.Set.ToJson()}</pre>");
        html.Line($"<p class=\"note\">Computed from these boxes: the given number of sizes a level ({Chosen.Set.Sizes[0].Length}) and the given ratios ({Html.Text(string.Join(", ", Chosen.Set.Ratios.Select(r => r.ToString(CultureInfo.InvariantCulture))))}), sizes of 2 to 6 strides of their level (on P2 from 1), chosen one by one for the most leaves at IoU .5 and .7 and then moved while that helps.</p>");
    }

    /// <summary>The described system's own question, with the numbers of these pictures.</summary>
    private void WriteAnswer(Html html)
    {
        const int Size = 8;
        int stride = FeaturePyramid.StrideOf(0);
        Box between = new(4 * stride, 4 * stride, (4 * stride) + Size, (4 * stride) + Size);
        float square = AnchorSet.Best(between, 0, OriginalInput, [Size], [1]);
        float best = AnchorSet.Best(between, 0, OriginalInput, [Size], [.5f, 1, 2]);
        int small = Enumerable.Range(0, SizeClass.All.Count).First(i => SizeClass.All[i].From == Size);
        html.Line($"<h3>Does an anchor of 8 px on P2 cover 8 x 8 px, although a cell is 4 x 4?</h3>");
        html.Line($"<p>Yes. An anchor is a box that is compared with leaves, not what a cell sees: at {OriginalInput} px P2 has {OriginalInput / stride} x {OriginalInput / stride} cells, one every {stride} px, and each carries a box of {Size} x {Size} px (two by two cells) and, for ratios .5 and 2, two of {Size * MathF.Sqrt(2):0.0} x {Size / MathF.Sqrt(2):0.0} px of the same area. The trouble lies elsewhere: the anchors stand half their side apart. A leaf of exactly that size that lies half a cell off in both directions overlaps the nearest square one with an IoU of only {square:0.00} and no other with more than {best:0.00}, and sizes a factor of two apart leave those in between alone. The same holds on every level, since each size is twice its stride.</p>");
        html.Line($"<p>In these pictures, brought to {OriginalInput} px, anchors of 8, 16, 32, 64 and 128 reach <b>{Share(described.At(.7, described.All))}</b> of the {described.All.Count} leaves at IoU .7 and {Share(described.At(.5, described.All))} at .5; of the {described.Of(small).Count} leaves of {SizeClass.All[small].Name} it is {Share(described.At(.7, described.Of(small)))} and {Share(described.At(.5, described.Of(small)))}. These settings reach {Share(Chosen.At(.7, Chosen.All))} and {Share(Chosen.At(.5, Chosen.All))}, the suggestion {Share(Suggested.At(.7, Suggested.All))} and {Share(Suggested.At(.5, Suggested.All))}. {Html.Text(Verdict())}</p>");
    }

    private string Verdict()
    {
        double lost = described.At(.5, described.All) - described.At(.7, described.All);
        double won = Suggested.At(.7, Suggested.All) - described.At(.7, described.All);
        return won > .1
            ? $"So smaller anchors were the right direction for small leaves, but of those that a box of IoU .5 finds, {Share(lost)} of all leaves "
                + $"never get one of .7 to learn from; {Chosen.Set.Sizes[0].Length} sizes a level, larger for their stride, mend that."
            : "So on these pictures one size a level does nearly as well as what can be computed for them.";
    }

    private static void WriteGrid(Html html, AnchorRecall recall, double iou)
    {
        html.Line($"<div class=\"wide\"><table><tr><th>IoU {iou:.0}</th><th class=\"n\">leaves</th>");
        for (int level = 0; level < FeaturePyramid.Levels; level++)
        {
            html.Line($"<th class=\"n\">P{level + 2}</th>");
        }

        html.Line($"<th class=\"n\">any</th></tr>");
        for (int size = 0; size < SizeClass.All.Count; size++)
        {
            WriteRow(html, recall, iou, SizeClass.All[size].Name, recall.Of(size), "");
        }

        WriteRow(html, recall, iou, "all", recall.All, "sum");
        html.Line($"</table></div>");
    }

    private static void WriteRow(Html html, AnchorRecall recall, double iou, string name, IReadOnlyList<int> leaves, string style)
    {
        html.Line($"<tr class=\"{style}\"><td>{name}</td><td class=\"n\">{leaves.Count}</td>");
        foreach (double share in Enumerable.Range(0, FeaturePyramid.Levels).Select(level => recall.At(iou, level, leaves)).Append(recall.At(iou, leaves)))
        {
            html.Line($"{(double.IsNaN(share) ? "<td class=\"n\">-" : share == 0 ? "<td class=\"n none\">0" : $"<td class=\"n heat\" style=\"background:hsl({(int)(share * 130)} 55% 78%)\">{Share(share)}")}</td>");
        }

        html.Line($"</tr>");
    }

    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("0.000", CultureInfo.InvariantCulture);
}
