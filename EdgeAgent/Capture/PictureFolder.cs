using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Pictures from a folder, one a trigger. A broken picture is told, counted and skipped.</summary>
internal sealed partial class PictureFolder : IFrameSource
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];
    private readonly PictureFolderOptions options;
    private readonly Counters counters;
    private readonly ILogger<PictureFolder> log;
    private readonly string[] files;
    private int next;

    /// <exception cref="AgentException">The folder is missing, or there is no picture in it.</exception>
    public PictureFolder(PictureFolderOptions options, Counters counters, ILogger<PictureFolder> log)
    {
        this.options = options;
        this.counters = counters;
        this.log = log;
        files = Pictures(options);
    }

    public bool IsLive => false;

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        LogOpened(files.Length, options.Path);
        return Task.CompletedTask;
    }

    public Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        // Broken pictures only: give up after one whole round, or a looping folder would be read for ever.
        for (int tries = 0; tries < files.Length; tries++)
        {
            if (next == files.Length)
            {
                if (options.AtEnd == AtEnd.Stop)
                    return Task.FromResult<CameraPicture?>(null);
                next = 0;
            }

            string file = files[next++];
            try
            {
                return Task.FromResult<CameraPicture?>(new CameraPicture
                {
                    Image = ImageFile.Read(file),
                    Source = Path.GetFileName(file),
                    ExposureUs = null,
                });
            }
            catch (ImageFileException e)
            {
                counters.FrameErrors.Increment();
                LogBroken(e.Message);
            }
        }

        return Task.FromResult<CameraPicture?>(null);
    }

    public void Dispose()
    {
    }

    private static string[] Pictures(PictureFolderOptions options)
    {
        string[] found;
        try
        {
            found = Directory.GetFiles(options.Path, options.Pattern);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Frames,
                $"camera.folder.path (--frames): found \"{options.Path}\", which cannot be read ({e.Message}); "
                + "expected a folder of pictures", e);
        }

        string[] pictures = [.. found
            .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        return pictures.Length > 0
            ? pictures
            : throw new AgentException(ExitCode.Frames,
                $"camera.folder.path (--frames): found {found.Length} files in \"{options.Path}\" that match \"{options.Pattern}\", "
                + "none of them a picture; expected PNG, JPEG, BMP or TIFF files");
    }
}
