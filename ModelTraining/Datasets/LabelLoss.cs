using System.Globalization;

namespace LeafSeg.ModelTraining.Datasets;

/// <summary>Labelled leaves that would not be used: a few are counted, many are an error.</summary>
internal static class LabelLoss
{
    /// <summary>Share of the labelled leaves that may be lost without a word by the person.</summary>
    public const double Limit = .1;

    /// <param name="where">The data, as the person named it.</param>
    /// <param name="leaves">Leaves that are there to be used.</param>
    /// <param name="findings">What was odd; <see cref="Finding.LosesLeaves"/> says which count.</param>
    /// <param name="rules">Whether more may be lost.</param>
    /// <exception cref="DatasetException">More is lost than may be, or all of it, or there is no leaf.</exception>
    public static void Check(string where, long leaves, IEnumerable<Finding> findings, ReadingRules rules)
    {
        Finding[] losses = [.. findings.Where(finding => finding.LosesLeaves)];
        long lost = losses.Sum(finding => (long)finding.Count);
        if (leaves == 0 && lost == 0)
        {
            throw new DatasetException($"{where}: no picture in it has a labelled leaf, expected at least one; see that the labels were exported with the pictures", FindingKind.NoLeaves);
        }

        bool tooMany = leaves == 0 || (lost > Limit * (leaves + lost) && !rules.AllowLoss);
        if (!tooMany)
        {
            return;
        }

        string advice = leaves == 0 ? "mend the labels" : "mend the labels, or go on without these leaves with --allow-loss";
        throw new DatasetException(
            string.Create(CultureInfo.InvariantCulture, $"{where}: {lost} of {leaves + lost} labelled leaves are lost, at most a tenth may be; {advice}:")
            + Environment.NewLine + string.Join(Environment.NewLine, FindingSummary.Lines(losses)),
            losses[0].Kind);
    }

    /// <summary>The same for pictures with labels that are left out, and their leaves with them.</summary>
    /// <param name="where">The data, as the person named it.</param>
    /// <param name="pictures">Pictures that are there to be used.</param>
    /// <param name="findings">What was odd; <see cref="Finding.LosesPicture"/> says which count.</param>
    /// <param name="rules">Whether more may be lost.</param>
    /// <exception cref="DatasetException">More is lost than may be.</exception>
    public static void CheckPictures(string where, int pictures, IEnumerable<Finding> findings, ReadingRules rules)
    {
        Finding[] losses = [.. findings.Where(finding => finding.LosesPicture)];
        if (rules.AllowLoss || losses.Length <= Limit * (pictures + losses.Length))
        {
            return;
        }

        throw new DatasetException(
            string.Create(CultureInfo.InvariantCulture, $"{where}: {losses.Length} of {pictures + losses.Length} labelled pictures cannot be used, at most a tenth may be; mend them, or go on without them with --allow-loss:")
            + Environment.NewLine + string.Join(Environment.NewLine, FindingSummary.Lines(losses)),
            losses[0].Kind);
    }

    /// <summary>The error of data of which nothing is left, its most frequent cause first.</summary>
    /// <param name="where">The data, as the person named it.</param>
    /// <param name="count">Pictures or label files in it.</param>
    /// <param name="findings">What was odd.</param>
    public static DatasetException NothingUsable(string where, int count, IEnumerable<Finding> findings)
    {
        Finding[] causes = [.. findings.Where(finding => finding.LeavesOut)];
        FindingKind? main = causes.GroupBy(finding => finding.Kind).MaxBy(kind => kind.Sum(finding => finding.Count))?.Key;
        string head = string.Create(CultureInfo.InvariantCulture, $"{where}: not one of {count} pictures can be used");
        return main is FindingKind kind
            ? new DatasetException(
                $"{head}:{Environment.NewLine}" + string.Join(Environment.NewLine, FindingSummary.Lines(causes.Where(cause => cause.Kind == kind)).Concat(FindingSummary.Lines(causes.Where(cause => cause.Kind != kind)))),
                kind)
            : new DatasetException(head);
    }
}
