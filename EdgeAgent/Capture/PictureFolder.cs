using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Pictures from a folder, one per trigger. A broken picture is logged, counted and skipped.</summary>
internal sealed partial class PictureFolder : IFrameSource
{
    /// <summary>A file that was written to within this time may not be complete yet.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(2);

    /// <summary>A picture that cannot be read after this time is broken, and not one whose writer is slow.</summary>
    private static readonly TimeSpan GivesUp = TimeSpan.FromMinutes(1);
    private readonly PictureFolderOptions options;
    private readonly Counters counters;
    private readonly TimeProvider time;
    private readonly ILogger<PictureFolder> log;
    private string[] files;
    private int next;

    /// <exception cref="AgentException">The folder is missing, or there is no picture in it and none is waited for.</exception>
    public PictureFolder(PictureFolderOptions options, Counters counters, TimeProvider time, ILogger<PictureFolder> log)
    {
        this.options = options;
        this.counters = counters;
        this.time = time;
        this.log = log;
        files = Pictures();
        if (files.Length == 0 && options.AtEnd != AtEnd.Wait)
        {
            throw new AgentException(ExitCode.Frames,
                $"camera.folder.path (--frames): found no picture in \"{options.Path}\" that matches \"{options.Pattern}\"; "
                + $"expected PNG, JPEG, TIFF, BMP or WebP files{Instead()}");
        }
    }

    public bool IsLive => false;

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        LogOpened(files.Length, options.Path);
        if (PassedOver() is { Length: > 0 } kinds)
        {
            LogPassedOver(options.Path, kinds);
        }

        return Task.CompletedTask;
    }

    public Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        // Broken pictures only: give up after one whole round, or a looping folder would be read for ever.
        for (int tries = 0; tries < Math.Max(files.Length, 1); tries++)
        {
            if (next == files.Length && !GoOn())
            {
                return Task.FromResult<CameraPicture?>(null);
            }

            string file = files[next];
            if (options.AtEnd == AtEnd.Wait && AgeOf(file) < Settles)
            {
                throw new NoPictureYetException();
            }

            try
            {
                DecodedPicture decoded = ImageFile.Open(file);
                CameraPicture picture = new() { Image = decoded.Image, Source = Path.GetFileName(file), ExposureUs = null };
                next++;
                if (decoded.Conversion is string conversion)
                {
                    LogConverted(picture.Source, conversion);
                }

                return Task.FromResult<CameraPicture?>(picture);
            }
            catch (ImageFileException e)
            {
                if (options.AtEnd == AtEnd.Wait && AgeOf(file) < GivesUp)
                {
                    throw new NoPictureYetException();
                }

                next++;
                counters.FrameErrors.Increment();
                LogBroken(e.Message);
            }
        }

        return options.AtEnd == AtEnd.Wait ? throw new NoPictureYetException() : Task.FromResult<CameraPicture?>(null);
    }

    public void Dispose()
    {
    }

    /// <summary>Behind the last picture; false: that was all.</summary>
    /// <exception cref="NoPictureYetException">More may come.</exception>
    private bool GoOn()
    {
        switch (options.AtEnd)
        {
            case AtEnd.Stop:
                return false;
            case AtEnd.Loop:
                next = 0;
                return true;
            default:
                string? last = files.LastOrDefault();
                files = [.. Pictures().Where(file => last is null || string.CompareOrdinal(file, last) > 0)];
                next = 0;

                // The last one stays where nothing has come: what comes later sorts behind it.
                if (files.Length == 0)
                {
                    files = last is null ? [] : [last];
                    next = files.Length;
                    throw new NoPictureYetException();
                }

                return true;
        }
    }

    /// <summary>Files of other kinds, by kind and number.</summary>
    private string PassedOver() =>
        PictureNames.Count(Directory.EnumerateFiles(options.Path, options.Pattern).Where(file => !PictureNames.IsPicture(file)).Select(PictureNames.KindOf));

    /// <summary>What there is where no picture is.</summary>
    private string Instead() => string.Concat(
        new[] { PassedOver() is { Length: > 0 } kinds ? $"there are {kinds}" : "", PictureNames.Below(options.Path, PictureNames.IsPicture) }
            .Where(hint => hint.Length > 0).Select(hint => $"; {hint}"));

    private TimeSpan AgeOf(string file) => time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(file));

    private string[] Pictures()
    {
        try
        {
            return [.. Directory.GetFiles(options.Path, options.Pattern)
                .Where(PictureNames.IsPicture)
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Frames,
                $"camera.folder.path (--frames): found \"{options.Path}\", which cannot be read ({e.Message}); "
                + "expected a folder of pictures", e);
        }
    }
}
