using LeafSeg.Common.Messages;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Calibration.Pots;

/// <summary>What is wrong with pots in the settings.</summary>
internal static class PotProblems
{
    public static IEnumerable<SettingProblem> Problems(this PotsOptions pots, string name)
    {
        if (pots.MarginPx is not (>= 0 and <= 10_000))
        {
            yield return new SettingProblem($"{name}.marginPx", pots.MarginPx, "0 to 10000 pixels");
        }

        List<SettingProblem> each =
        [
            .. pots.Rectangles.SelectMany((pot, i) => pot.Problems($"{name}.rectangles[{i}]")),
            .. pots.Grid?.Problems($"{name}.grid") ?? [],
            .. pots.ByMarker.SelectMany((pot, i) => pot.Problems($"{name}.byMarker[{i}]")),
        ];
        foreach (SettingProblem problem in each)
        {
            yield return problem;
        }

        // Where single pots are wrong, what follows from them says nothing.
        if (each.Count > 0)
        {
            yield break;
        }

        foreach (var twice in pots.PlantNames().GroupBy(plant => plant).Where(g => g.Count() > 1))
        {
            yield return new SettingProblem(name, twice.Key, "every plant once: a name of its own for each pot");
        }

        foreach (var twice in pots.ByMarker.GroupBy(pot => pot.Marker).Where(g => g.Count() > 1))
        {
            yield return new SettingProblem($"{name}.byMarker", twice.Key, "every marker once");
        }

        if (PotsOptions.Overlap(pots.Standing()) is { } overlap)
        {
            yield return new SettingProblem(name, $"{overlap.One.Plant} and {overlap.Other.Plant}, which overlap", "pots apart from each other (a leaf has one plant); marginPx sees to leaves that hang over");
        }
    }

    public static IEnumerable<SettingProblem> Problems(this PotOptions pot, string name)
    {
        if (!Topics.IsName(pot.Plant))
        {
            yield return new SettingProblem($"{name}.plant", pot.Plant, SettingProblem.TopicName);
        }

        if (pot.X is not (>= 0 and < PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.x", pot.X, PotsOptions.Inside);
        }

        if (pot.Y is not (>= 0 and < PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.y", pot.Y, PotsOptions.Inside);
        }

        if (pot.Width is not (> 0 and <= PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.width", pot.Width, PotsOptions.Size);
        }

        if (pot.Height is not (> 0 and <= PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.height", pot.Height, PotsOptions.Size);
        }
    }

    public static IEnumerable<SettingProblem> Problems(this PotGridOptions grid, string name)
    {
        if (grid.X is not (>= 0 and < PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.x", grid.X, PotsOptions.Inside);
        }

        if (grid.Y is not (>= 0 and < PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.y", grid.Y, PotsOptions.Inside);
        }

        if (grid.Columns is not (>= 1 and <= 99))
        {
            yield return new SettingProblem($"{name}.columns", grid.Columns, "1 to 99 columns");
        }

        if (grid.Rows is not (>= 1 and <= 26))
        {
            yield return new SettingProblem($"{name}.rows", grid.Rows, "1 to 26 rows");
        }

        if (grid.GapPx is not (>= 0 and < PotsOptions.LargestPicture))
        {
            yield return new SettingProblem($"{name}.gapPx", grid.GapPx, "0 or more pixels");
        }

        if (grid.Width is not (> 0 and <= PotsOptions.LargestPicture) || grid.Width - ((grid.Columns - 1L) * grid.GapPx) < grid.Columns)
        {
            yield return new SettingProblem($"{name}.width", grid.Width, "room for a pixel of every column and the gaps between");
        }

        if (grid.Height is not (> 0 and <= PotsOptions.LargestPicture) || grid.Height - ((grid.Rows - 1L) * grid.GapPx) < grid.Rows)
        {
            yield return new SettingProblem($"{name}.height", grid.Height, "room for a pixel of every row and the gaps between");
        }
    }

    public static IEnumerable<SettingProblem> Problems(this PotMarkerOptions pot, string name)
    {
        if (!Topics.IsName(pot.Plant))
        {
            yield return new SettingProblem($"{name}.plant", pot.Plant, SettingProblem.TopicName);
        }

        if (pot.Marker is not (>= 0 and < ArucoMarkers.Count))
        {
            yield return new SettingProblem($"{name}.marker", pot.Marker, "0 to 49, a marker of the sheet");
        }

        if (pot.Right is not (>= -100 and <= 100))
        {
            yield return new SettingProblem($"{name}.right", pot.Right, "-100 to 100 sides of the marker");
        }

        if (pot.Down is not (>= -100 and <= 100))
        {
            yield return new SettingProblem($"{name}.down", pot.Down, "-100 to 100 sides of the marker");
        }

        if (pot.Width is not (> 0 and <= 100))
        {
            yield return new SettingProblem($"{name}.width", pot.Width, "more than 0 and at most 100 sides of the marker");
        }

        if (pot.Height is not (> 0 and <= 100))
        {
            yield return new SettingProblem($"{name}.height", pot.Height, "more than 0 and at most 100 sides of the marker");
        }
    }
}
