namespace LeafSeg.ModelTraining.Tracking.Scores;

/// <summary>The identities of a time lapse, numbered from 0 without gaps, and in how many pictures each occurs.</summary>
internal sealed class TrackIndex
{
    private readonly Dictionary<int, int> numberOf = [];
    private readonly List<int> counts = [];

    public TrackIndex(IEnumerable<int[]> pictures)
    {
        foreach (int[] picture in pictures)
        {
            foreach (int identity in picture)
            {
                if (!numberOf.TryGetValue(identity, out int number))
                {
                    numberOf.Add(identity, number = counts.Count);
                    counts.Add(0);
                }

                counts[number]++;
            }
        }
    }

    public int Count => counts.Count;

    public IReadOnlyList<int> Pictures => counts;

    public int[] NumbersOf(int[] identities) => [.. identities.Select(identity => numberOf[identity])];
}
