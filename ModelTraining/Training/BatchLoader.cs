using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;
using LeafSeg.ModelTraining.Datasets;

namespace LeafSeg.ModelTraining.Training;

/// <summary>
/// Makes the batches of a run ahead of the network. What batch number k holds depends on the seed and k alone, so a
/// run that was stopped continues with the very pictures that it would have seen.
/// </summary>
internal sealed class BatchLoader(LabelledPictures data, TrainingSettings settings)
{
    private const int Ahead = 4;

    private readonly Augmenter augmenter = new(settings.Augmentation, settings.Network.InputSize, settings.MinimumLeafArea);

    /// <summary>Batches first, first + 1, ... up to last - 1, in order.</summary>
    public IEnumerable<Batch> Batches(int first, int last)
    {
        Queue<Task<Batch>> pending = [];
        for (int step = first; step < last; step++)
        {
            while (pending.Count < Ahead && step + pending.Count < last)
            {
                int next = step + pending.Count;
                pending.Enqueue(Task.Run(() => Make(next)));
            }

            yield return pending.Dequeue().GetAwaiter().GetResult();
        }
    }

    private Batch Make(int step)
    {
        List<RgbImage> images = [];
        List<Truth> truths = [];
        List<string> names = [];
        for (int i = 0; i < settings.BatchSize; i++)
        {
            long place = ((long)step * settings.BatchSize) + i;
            Random random = new(HashCode(settings.Seed, place));
            LeafPicture picture = data.Read(PictureAt(place));
            (RgbImage image, Truth truth) = augmenter.Vary(picture, other => data.Read(other.Next(data.Count)), random);
            images.Add(image);
            truths.Add(truth);
            names.Add(picture.Name);
        }

        return new Batch(step, images, truths, names);
    }

    /// <summary>Every epoch shows each picture once, in an order of its own.</summary>
    private int PictureAt(long place)
    {
        int epoch = (int)(place / data.Count);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        new Random(HashCode(settings.Seed, -1L - epoch)).Shuffle(order);
        return order[place % data.Count];
    }

    /// <summary>A seed from two numbers, the same in every process (System.HashCode is not).</summary>
    internal static int HashCode(int seed, long number)
    {
        ulong mixed = ((ulong)(uint)seed << 32) ^ (ulong)number;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return (int)(mixed ^ (mixed >> 31));
    }
}
