using System.Collections.Concurrent;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Labelling.Editing;

namespace LeafSeg.ModelTraining.Labelling.Page;

/// <summary>Opens pictures to be corrected, for one request at a time, and lets the model draw the others meanwhile.</summary>
/// <param name="folder">The pictures.</param>
/// <param name="model">Draws first.</param>
/// <param name="author">Whoever corrects.</param>
/// <param name="time">The clock.</param>
internal sealed class LabellingSession(LabellingFolder folder, DraftingModel model, string author, TimeProvider time) : IDisposable
{
    /// <summary>The page is opened before the model takes the processor.</summary>
    private static readonly TimeSpan AtStart = TimeSpan.FromSeconds(5);

    /// <summary>As long a browser is busy with an answer.</summary>
    private static readonly TimeSpan AfterUse = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim gate = new(1);
    private (long From, TimeSpan For) quiet = (time.GetTimestamp(), AtStart);
    private readonly ConcurrentDictionary<int, LabelDocument> open = [];
    private LabelDocument? last;

    public LabellingFolder Folder => folder;

    public string Model => model.Title;

    /// <summary>Pictures whose newest labels the disk has refused.</summary>
    public IEnumerable<(LabellingPicture Picture, Exception Reason)> Unsaved() =>
        open.Where(one => one.Value.Unsaved is not null).OrderBy(one => one.Key).Select(one => (folder.Pictures[one.Key], one.Value.Unsaved!));

    /// <summary>Uses the labels of a picture; nobody else does meanwhile.</summary>
    /// <exception cref="ImageFileException">Picture or labels cannot be read.</exception>
    /// <exception cref="DatasetException">The labels do not belong to the picture.</exception>
    public async Task<T> UseAsync<T>(int index, Func<LabelDocument, Task<T>> use, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            LabelDocument document = await OpenAsync(index, cancellation);
            if (last != document)
            {
                // With its history it stays; its map, 48 MB at 24 megapixels, is compressed.
                last?.Compress();
                last = document;
                document.RestartClock();
            }

            T result = await use(document);
            folder.Pictures[index].Take(document);
            if (document.Unsaved is null)
            {
                RetryOthers();
            }

            return result;
        }
        catch (Exception e) when (e is ImageFileException or DatasetException)
        {
            folder.Pictures[index].Fail(e.Message);
            throw;
        }
        finally
        {
            quiet = (time.GetTimestamp(), AfterUse);
            gate.Release();
        }
    }

    /// <summary>An edit with its pixels: a click is turned into the mask that the model sees there.</summary>
    /// <exception cref="LabelEditException">The model sees none.</exception>
    public async Task<LabelEdit> ResolveAsync(int index, LabelEdit edit, LabelDocument document, CancellationToken cancellation)
    {
        if (edit is not ClickEdit click)
        {
            return edit;
        }

        double[] sides = [.. PixelSums.OfEachLabel(document.Map).Select(leaf => (double)Math.Max(leaf.Box.Width, leaf.Box.Height)).Order()];
        return await model.LeafAtAsync(folder.Pictures[index].File.Picture, click, sides.Length > 0 ? sides[sides.Length / 2] : 0, cancellation);
    }

    /// <summary>Draws every picture that has no labels, the one that comes next first, until all are drawn.</summary>
    public async Task DraftAllAsync(CancellationToken cancellation)
    {
        while (folder.Pictures.FirstOrDefault(picture => picture.State == PictureState.Waiting) is { } next)
        {
            await QuietAsync(cancellation);
            try
            {
                next.Take(await model.DraftAsync(next.File.Picture, cancellation));
            }
            catch (ImageFileException e)
            {
                next.Fail(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever model or decoder throw at one picture, the others continue.
                next.Fail($"{next.File.Picture}: the model could not look at it ({e.Message})");
            }
        }
    }

    /// <summary>Tries a last time to save what the disk has refused.</summary>
    /// <returns>Of pictures whose labels another program has written meanwhile: what was done.</returns>
    public async Task<IReadOnlyList<string>> SaveRestAsync()
    {
        await gate.WaitAsync();
        try
        {
            List<string> conflicts = [];
            foreach ((int index, LabelDocument document) in open.Where(one => one.Value.Unsaved is not null).OrderBy(one => one.Key))
            {
                try
                {
                    Retry(index, document);
                }
                catch (Exception e) when (e is LabelConflictException or ImageFileException or DatasetException)
                {
                    conflicts.Add($"{folder.Pictures[index].File.Labels}: {e.Message}");
                }
            }

            return conflicts;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>After whoever still uses it.</summary>
    public void Dispose()
    {
        gate.Wait();
        gate.Dispose();
    }

    /// <summary>There may be room again. What another program has written meanwhile is taken in when the picture is opened.</summary>
    private void RetryOthers()
    {
        foreach ((int index, LabelDocument document) in open.Where(one => one.Value is { Unsaved: not null, IsOverwritten: false }))
        {
            Retry(index, document);
        }
    }

    private void Retry(int index, LabelDocument document)
    {
        document.Retry();
        folder.Pictures[index].Take(document);
        if (document != last)
        {
            document.Compress();
        }
    }

    /// <summary>Waits while somebody uses the page, who comes first.</summary>
    private async Task QuietAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await gate.WaitAsync(cancellation);
            TimeSpan left = quiet.For - time.GetElapsedTime(quiet.From);
            gate.Release();
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, time, cancellation);
        }
    }

    private async Task<LabelDocument> OpenAsync(int index, CancellationToken cancellation) =>
        open.TryGetValue(index, out LabelDocument? document) ? document : open[index] = await ReadAsync(folder.Pictures[index], cancellation);

    private async Task<LabelDocument> ReadAsync(LabellingPicture picture, CancellationToken cancellation)
    {
        LabelledFile file = picture.File;
        if (PictureFile.PagesOf(file.Picture) is > 1 and int pages)
        {
            throw new DatasetException($"{file.Picture}: {pages} pages, expected one picture a file; save each page as a file of its own");
        }

        if (file.Exists)
        {
            LabelNote? note = file.Note();
            (int width, int height, Orientation orientation) = PictureSize.Of(file.Picture);
            return new LabelDocument(file, file.Read(width, height, orientation)!, note, author, time);
        }

        Draft draft = await model.DraftAsync(file.Picture, cancellation);
        picture.Take(draft);
        return new LabelDocument(file, draft.Map(), new LabelNote { Author = "", Time = time.GetUtcNow(), IsAccepted = false, Model = model.Title }, author, time, draft.Scores);
    }
}
