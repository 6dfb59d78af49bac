namespace LeafSeg.ModelTraining.Datasets.Formats;

/// <summary>Numbers of the leaves of colour masks: 1, 2, ... in the order in which their values first appear. Safe from several threads at once.</summary>
internal sealed class LeafColours
{
    private readonly Dictionary<long, ushort> numberOf = new() { [0] = 0 };
    private readonly Lock gate = new();

    /// <returns>Null: there are more values than labels can count.</returns>
    public ushort? NumberOf(long value)
    {
        lock (gate)
        {
            if (!numberOf.TryGetValue(value, out ushort number))
            {
                if (numberOf.Count > ushort.MaxValue)
                {
                    return null;
                }

                number = (ushort)numberOf.Count;
                numberOf.Add(value, number);
            }

            return number;
        }
    }
}
