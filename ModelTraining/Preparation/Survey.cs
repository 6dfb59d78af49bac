using System.Runtime.ExceptionServices;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>What labelled pictures hold, and what is wrong with them; nothing is changed.</summary>
internal sealed class Survey
{
    private readonly (LabelledPictures Source, int Index)[] usable;

    private Survey((LabelledPictures Source, int Index)[] usable, IReadOnlyList<SurveyedPicture> pictures, IReadOnlyList<Finding> findings)
    {
        this.usable = usable;
        Pictures = pictures;
        Findings = findings;
    }

    /// <summary>The usable ones.</summary>
    public IReadOnlyList<SurveyedPicture> Pictures { get; }

    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Reads usable picture number <paramref name="index"/> once more.</summary>
    public LeafPicture Read(int index) => usable[index].Source.Read(usable[index].Index);

    /// <summary>Looks at every picture, or at some that are spread evenly.</summary>
    /// <param name="sources">Opened as they are: <see cref="LabelledPictures.Recognise"/>.</param>
    /// <param name="most">How many to look at; 0: all.</param>
    /// <param name="starts">Gets how many it will be.</param>
    /// <param name="advance">Called for each; on any thread.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatasetException">Not one can be used.</exception>
    public static Survey Of(IReadOnlyList<LabelledPictures> sources, int most, Action<int> starts, Action advance, CancellationToken cancellation)
    {
        // A picture is one thread's work; OpenCV's own threads would only get in the way of the other pictures.
        Cv2.SetNumThreads(1);
        (LabelledPictures Source, int Index)[] all = [.. sources.SelectMany(source => Enumerable.Range(0, source.Count).Select(i => (source, i)))];
        (LabelledPictures Source, int Index)[] looked = most == 0 || most >= all.Length
            ? all
            : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Length / most)])];
        starts(looked.Length);
        SurveyedPicture?[] pictures = new SurveyedPicture?[looked.Length];
        IReadOnlyList<Finding>[] findings = new IReadOnlyList<Finding>[looked.Length];
        try
        {
            Parallel.For(0, looked.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                (pictures[i], findings[i]) = LookAt(looked[i].Source, looked[i].Index);
                advance();
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        Finding[] found = [.. sources.SelectMany(source => source.Findings), .. findings.SelectMany(list => list)];
        int[] usable = [.. Enumerable.Range(0, looked.Length).Where(i => pictures[i] is not null)];
        return usable.Length > 0
            ? new Survey([.. usable.Select(i => looked[i])], [.. usable.Select(i => pictures[i]!)], found)
            : throw LabelLoss.NothingUsable(string.Join(", ", sources.Select(source => source.Folder)), looked.Length, found);
    }

    private static (SurveyedPicture?, IReadOnlyList<Finding>) LookAt(LabelledPictures source, int index)
    {
        try
        {
            LeafPicture picture = source.Read(index);
            return (SurveyedPicture.Of(picture.Name, picture.Labels), picture.Findings);
        }
        catch (ImageFileException e)
        {
            return (null, [new Finding(FindingKind.Unreadable, source.Names[index], e.Message)]);
        }
        catch (DatasetException e)
        {
            return (null, [new Finding(e.Kind, source.Names[index], e.Message)]);
        }
    }
}
