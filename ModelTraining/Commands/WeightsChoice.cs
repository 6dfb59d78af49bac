using LeafSeg.Common.Downloads;
using LeafSeg.ModelTraining.Networks;
using LeafSeg.ModelTraining.Reporting;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>Weights as the arguments of a command name them.</summary>
/// <param name="Source">A path, a URL, or <see cref="None"/>.</param>
/// <param name="Sha256">Needed for a URL.</param>
/// <param name="Cache">Folder of what is downloaded.</param>
/// <param name="BackboneOnly">What lies behind the backbone is left out.</param>
internal sealed record WeightsChoice(string Source, string? Sha256, string Cache, bool BackboneOnly)
{
    /// <summary>In the place of a source: random weights.</summary>
    public const string None = "none";

    private const int Megabyte = 1_000_000;

    /// <summary>The path of the file, by the name of one that comes with the program, or downloaded and verified; null for random weights.</summary>
    /// <exception cref="WeightsFileException">It cannot be had, or its digest is another one.</exception>
    public string? Fetch(CancellationToken cancellation)
    {
        if (Source == None)
        {
            return null;
        }

        if (Sha256 is null && PretrainedFiles.Find(Source) is string ready)
        {
            return ready;
        }

        // No limit for the whole: a slow line may take an hour. The downloader gives up when nothing comes.
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        Progress progress = new();
        try
        {
            return new WeightsCache(Cache, client, new Downloader(new DownloadOptions(), TimeProvider.System))
                .Fetch(WeightsSource.Parse(Source, Sha256), progress, cancellation).GetAwaiter().GetResult();
        }
        finally
        {
            progress.End();
        }
    }

    /// <summary>Brings what is wanted of the file into the network.</summary>
    /// <exception cref="WeightsFileException">It is of another network.</exception>
    public WeightsReport Load(MaskRcnn network, WeightsFile file) =>
        BackboneOnly ? PretrainedWeights.LoadBackbone(network, file) : PretrainedWeights.Load(network, file);

    /// <summary>A line for the download, in megabytes.</summary>
    private sealed class Progress : IProgress<DownloadProgress>
    {
        private ProgressLine? line;
        private int reported;

        public void Report(DownloadProgress value)
        {
            int done = (int)(value.Done / Megabyte);
            if (line is null || done < reported)
            {
                line?.End();
                line = ProgressLine.OnStandardError("MB", (int?)(value.Total / Megabyte), done);
                reported = done;
            }

            for (; reported < done; reported++)
            {
                line.Advance();
            }
        }

        public void End() => line?.End();
    }
}
