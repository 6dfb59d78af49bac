using LeafSeg.Common.Imaging;

namespace LeafSeg.Common.Synthesis;

/// <summary>The connected parts that a leaf's visible pixels fall into.</summary>
internal static class Fragments
{
    /// <summary>Clears fragments below <paramref name="minArea"/> pixels of leaves that have a larger one.</summary>
    public static void RemoveSmall(LabelMap map, int minArea)
    {
        ushort[] labels = map.Labels;
        bool[] seen = new bool[labels.Length];
        Stack<int> open = new();
        List<int> fragment = [];
        List<(ushort Label, int[] Pixels)> small = [];
        HashSet<ushort> hasLarge = [];
        for (int start = 0; start < labels.Length; start++)
        {
            if (seen[start] || labels[start] == 0)
            {
                continue;
            }

            ushort label = labels[start];
            fragment.Clear();
            Visit(start);
            while (open.TryPop(out int pixel))
            {
                fragment.Add(pixel);
                int x = pixel % map.Width;
                if (x > 0)
                {
                    Visit(pixel - 1);
                }

                if (x < map.Width - 1)
                {
                    Visit(pixel + 1);
                }

                Visit(pixel - map.Width);
                Visit(pixel + map.Width);
            }

            if (fragment.Count < minArea)
            {
                small.Add((label, [.. fragment]));
            }
            else
            {
                hasLarge.Add(label);
            }

            void Visit(int pixel)
            {
                if (pixel >= 0 && pixel < labels.Length && !seen[pixel] && labels[pixel] == label)
                {
                    seen[pixel] = true;
                    open.Push(pixel);
                }
            }
        }

        foreach ((ushort label, int[] pixels) in small.Where(part => hasLarge.Contains(part.Label)))
        {
            foreach (int pixel in pixels)
            {
                labels[pixel] = 0;
            }
        }
    }
}
