namespace LeafSeg.Common.Synthesis;

/// <summary>The photographed leaves that one plant wears: a few of all, so that its leaves are alike.</summary>
internal sealed class Collage
{
    private readonly RandomSource random;
    private readonly LeafPhotograph[] leaves;

    public Collage(RandomSource random, LeafPhotographs photographs)
    {
        this.random = random;
        leaves = new LeafPhotograph[random.Integer(2, 10)];
        for (int i = 0; i < leaves.Length; i++)
        {
            leaves[i] = photographs.Leaves[random.Integer(0, photographs.Count - 1)];
        }
    }

    /// <summary>The leaf with one of the photographs, bent as it is.</summary>
    public LeafForm Dress(LeafForm form) => form with { Photograph = leaves[random.Integer(0, leaves.Length - 1)], Heart = 0, Notch = 0 };
}
