using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Segmentation;

/// <summary>
/// Makes each leaf one piece. Where masks cross, each takes single pixels and slivers of the other; a leaf lies in several
/// pieces only where another lies across it.
/// </summary>
internal static class LeafPieces
{
    /// <summary>A piece of at least this share of the leaf's largest one stays, if it touches another leaf, which may lie across.</summary>
    private const double LargeShare = 0.05;

    /// <summary>
    /// Gives every loose piece to the leaf that it shares most of its border with, or to the background where it touches none.
    /// Pieces are 8-connected.
    /// </summary>
    public static void Settle(LabelMap map)
    {
        Run[] runs = Connect(map);
        Dictionary<ushort, int> mainPieces = MainPieces(runs);
        List<int> large = [];
        List<int> small = [];
        for (int i = 0; i < runs.Length; i++)
        {
            int piece = runs[i].Parent, main = mainPieces[runs[i].Label];
            if (piece != main)
            {
                (runs[piece].Area >= LargeShare * runs[main].Area ? large : small).Add(i);
            }
        }

        // Cleared before borders are counted, so that no loose piece is given to another.
        foreach (int i in small)
        {
            Pixels(map, runs[i]).Clear();
        }

        Dictionary<int, Dictionary<ushort, int>> borders = [];
        foreach (int i in large.Concat(small))
        {
            CountBorders(map, runs[i], CollectionsMarshal.GetValueRefOrAddDefault(borders, runs[i].Parent, out _) ??= []);
        }

        foreach (int i in large.Where(i => borders[runs[i].Parent].Count == 0))
        {
            Pixels(map, runs[i]).Clear();
        }

        foreach (int i in small)
        {
            if (borders[runs[i].Parent] is { Count: > 0 } touched)
            {
                Pixels(map, runs[i]).Fill(touched.MaxBy(leaf => (leaf.Value, -leaf.Key)).Key);
            }
        }
    }

    /// <summary>The runs of one label in each row, joined with those of the row above that touch them.</summary>
    private static Run[] Connect(LabelMap map)
    {
        List<Run> runs = [];
        (int above, int end) = (0, 0);
        for (int y = 0; y < map.Height; y++)
        {
            ReadOnlySpan<ushort> row = map.Labels.AsSpan(y * map.Width, map.Width);
            int firstOfRow = runs.Count;
            int x = 0;
            while (row[x..].IndexOfAnyExcept((ushort)0) is >= 0 and var gap)
            {
                x += gap;
                int length = row[x..].IndexOfAnyExcept(row[x]);
                Run run = new() { Row = y, Start = x, End = length < 0 ? row.Length : x + length, Label = row[x], Parent = runs.Count };
                runs.Add(run);
                Span<Run> all = CollectionsMarshal.AsSpan(runs);
                while (above < end && all[above].End < x)
                {
                    above++;
                }

                for (int other = above; other < end && all[other].Start <= run.End; other++)
                {
                    if (all[other].Label == run.Label)
                    {
                        Join(all, other, runs.Count - 1);
                    }
                }

                x = run.End;
            }

            (above, end) = (firstOfRow, runs.Count);
        }

        return [.. runs];
    }

    /// <summary>The largest piece of each label; of equal ones the upper. Afterwards each run's parent is its piece, which has the area.</summary>
    private static Dictionary<ushort, int> MainPieces(Run[] runs)
    {
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i].Parent = Root(runs, i);
            runs[runs[i].Parent].Area += runs[i].End - runs[i].Start;
        }

        Dictionary<ushort, int> main = [];
        for (int i = 0; i < runs.Length; i++)
        {
            ref int best = ref CollectionsMarshal.GetValueRefOrAddDefault(main, runs[i].Label, out bool known);
            best = known && runs[best].Area >= runs[i].Area ? best : i;
        }

        return main;
    }

    /// <summary>Adds, for each other leaf, the edges of pixels that a run shares with it.</summary>
    private static void CountBorders(LabelMap map, Run run, Dictionary<ushort, int> borders)
    {
        int first = (run.Row * map.Width) + run.Start, end = first + run.End - run.Start;
        Count(run.Start > 0 ? map.Labels[first - 1] : (ushort)0);
        Count(run.End < map.Width ? map.Labels[end] : (ushort)0);
        for (int i = first; i < end; i++)
        {
            Count(run.Row > 0 ? map.Labels[i - map.Width] : (ushort)0);
            Count(run.Row < map.Height - 1 ? map.Labels[i + map.Width] : (ushort)0);
        }

        void Count(ushort label)
        {
            if (label != 0 && label != run.Label)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(borders, label, out _)++;
            }
        }
    }

    private static Span<ushort> Pixels(LabelMap map, Run run) => map.Labels.AsSpan((run.Row * map.Width) + run.Start, run.End - run.Start);

    private static int Root(Span<Run> runs, int run)
    {
        while (runs[run].Parent != run)
        {
            run = runs[run].Parent = runs[runs[run].Parent].Parent;
        }

        return run;
    }

    private static void Join(Span<Run> runs, int one, int other)
    {
        (one, other) = (Root(runs, one), Root(runs, other));
        runs[Math.Max(one, other)].Parent = Math.Min(one, other);
    }

    private struct Run
    {
        public int Row { get; init; }

        /// <summary>First column.</summary>
        public int Start { get; init; }

        /// <summary>The column after the last.</summary>
        public int End { get; init; }

        public ushort Label { get; init; }

        /// <summary>Another run of the same piece, towards its first one.</summary>
        public int Parent { get; set; }

        /// <summary>Of the whole piece, at its first run, in pixels.</summary>
        public int Area { get; set; }
    }
}
