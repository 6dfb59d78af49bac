using System.Globalization;
using System.Text.Json;
using LeafSeg.Browser;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Evaluation;

namespace LeafSeg.ModelTraining.Tests.Labelling.Page;

/// <summary>The page in a real Chromium with mouse, wheel, keys and fingers, over rendered plants that the shipped model draws.</summary>
public sealed class LabelInBrowserTests : IAsyncDisposable
{
    private static readonly string Model = Path.Combine(AppContext.BaseDirectory, "shipped.onnx");
    private readonly TrialFiles files = new();
    private LabelProgram? program;
    private Chromium? page;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (page is not null)
        {
            await page.DisposeAsync();
        }

        program?.Dispose();
        files.Dispose();
    }

    [Fact]
    public async Task Ten_pictures_are_corrected_with_the_mouse_and_read_by_inspect_and_prepare()
    {
        Dictionary<string, LabelMap> truth = [];
        for (int i = 0; i < 10; i++)
        {
            truth[$"p{i}_rgb.png"] = Render($"p{i}_rgb.png", i);
        }

        await OpenAsync(1200);
        for (int done = 0; done < 10; done++)
        {
            await ReadyAsync();
            string name = (await page!.EvaluateAsync("picture.name", Cancellation)).GetString()!;
            await DeleteWhatIsNoLeafAsync(truth[name]);
            await AddWhatIsMissingAsync(truth[name]);
            int index = (await page.EvaluateAsync("picture.index", Cancellation)).GetInt32();
            await page.KeyAsync("Enter", Cancellation);
            await page.UntilAsync($"folder.accepted === {done + 1} && ({done} === 9 || picture.index !== {index})", Cancellation);
        }

        await page!.UntilAsync("document.querySelector('.note[data-key=end]')", Cancellation);
        Assert.StartsWith("10 of 10 done, ", (await page.EvaluateAsync("document.getElementById('done').textContent", Cancellation)).GetString(), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
        Assert.All(page.Requests, request => Assert.True(request.StartsWith(program!.Address.ToString(), StringComparison.Ordinal) || request.StartsWith("data:", StringComparison.Ordinal), request));
        Assert.Equal(ExitCode.Done, await program!.Process.EndAsync("INT"));

        LabelledPictures read = LabelledPictures.Open(files.At("data"));
        Assert.Equal(10, read.Count);
        for (int i = 0; i < read.Count; i++)
        {
            Assert.Equal(truth[$"{read.Names[i]}_rgb.png"].Areas().Count, read.Read(i).Labels.Areas().Count);
        }

        using ChildProcess inspect = new(LabelProgram.Executable, "inspect", "--data", files.At("data"), "--report", files.At("report.html"));
        Assert.Equal(ExitCode.Done, await inspect.ExitCodeAsync());
        Assert.DoesNotContain("passed over", string.Join('\n', inspect.Output), StringComparison.Ordinal);
        using ChildProcess prepare = new(LabelProgram.Executable, "prepare", "--data", files.At("data"), "--out", files.At("prepared"));
        Assert.Equal(ExitCode.Done, await prepare.ExitCodeAsync());
    }

    [Fact]
    public async Task Every_tool_works_and_everything_can_be_undone()
    {
        Render("plant.jpg", 3);
        await OpenAsync(1200);
        await ReadyAsync();
        string before = await LabelsAsync();
        (double x, double y)[] leaves = await CentresAsync();

        // Merge two, split the result again, lay one above the other.
        await page!.DragAsync([leaves[0]], shift: false, Cancellation);
        await page.DragAsync([leaves[1]], shift: true, Cancellation);
        Assert.True((await page.EvaluateAsync("selected > 0 && second > 0", Cancellation)).GetBoolean());
        await KeyAsync("m", 1);
        await page.UntilAsync($"picture.leaves.size === {leaves.Length - 1}", Cancellation);
        await page.KeyAsync("Escape", Cancellation);

        // Delete, brush a new leaf, erase in it, a polygon.
        leaves = await CentresAsync();
        await page.DragAsync([leaves[0]], shift: false, Cancellation);
        await KeyAsync("d", 2);
        await page.KeyAsync("b", Cancellation);
        await ChangeAsync(3, () => page.DragAsync([(420, 420), (470, 430), (500, 470)], shift: false, Cancellation));
        int area = (await page.EvaluateAsync("picture.leaves.get(selected).area", Cancellation)).GetInt32();
        await page.KeyAsync("e", Cancellation);
        await ChangeAsync(4, () => page.DragAsync([(470, 430), (500, 470)], shift: false, Cancellation));
        Assert.InRange((await page.EvaluateAsync("picture.leaves.get(selected).area", Cancellation)).GetInt32(), 1, area - 1);
        await page.KeyAsync("Escape", Cancellation);
        await page.KeyAsync("p", Cancellation);
        foreach ((double, double) corner in new[] { (440.0, 120.0), (500.0, 120.0), (500.0, 180.0) })
        {
            await page.DragAsync([corner], shift: false, Cancellation);
        }

        await ChangeAsync(5, () => page.KeyAsync("Enter", Cancellation));

        // A line across what the polygon has drawn makes two of it.
        await page.KeyAsync("s", Cancellation);
        int count = (await page.EvaluateAsync("picture.leaves.size", Cancellation)).GetInt32();
        await ChangeAsync(6, () => page.DragAsync([(485, 105), (485, 190)], shift: false, Cancellation));
        Assert.Equal(count + 1, (await page.EvaluateAsync("picture.leaves.size", Cancellation)).GetInt32());

        for (int left = 5; left >= 0; left--)
        {
            await KeyAsync("z", left);
        }

        Assert.Equal(before, await LabelsAsync());
        await page.ScreenshotAsync(Path.Combine(AppContext.BaseDirectory, "label-1200.png"), Cancellation);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Wheel_and_fingers_zoom_and_a_narrow_page_keeps_its_tools()
    {
        Render("plant.png", 4);
        await OpenAsync(390);
        await ReadyAsync();
        double scale = (await page!.EvaluateAsync("view.scale", Cancellation)).GetDouble();
        await page.WheelAsync(200, 300, -240, Cancellation);
        await page.UntilAsync($"view.scale > {scale.ToString(CultureInfo.InvariantCulture)}", Cancellation);
        await page.KeyAsync("f", Cancellation);
        await page.TouchAsync([(150, 300), (250, 300)], [(100, 300), (300, 300)], Cancellation);
        Assert.True((await page.EvaluateAsync("view.scale", Cancellation)).GetDouble() > scale * 1.3);
        await page.KeyAsync("f", Cancellation);
        (double x, double y) = (await CentresAsync())[0];
        await page.TouchAsync([(x, y)], [(x, y)], Cancellation);
        await page.UntilAsync("selected > 0", Cancellation);

        Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth && document.getElementById('accept').getBoundingClientRect().right <= innerWidth", Cancellation)).GetBoolean());
        await page.ScreenshotAsync(Path.Combine(AppContext.BaseDirectory, "label-390.png"), Cancellation);
        await page.KeyAsync("?", Cancellation);
        Assert.True((await page.EvaluateAsync("document.getElementById('keys').open", Cancellation)).GetBoolean());
        await page.ScreenshotAsync(Path.Combine(AppContext.BaseDirectory, "label-help-390.png"), Cancellation);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task What_another_window_has_changed_is_shown_and_the_refused_change_can_be_applied_to_it()
    {
        Render("plant.png", 5);
        await OpenAsync(1200);
        await ReadyAsync();
        JsonElement other = await program!.LabelsAsync(0);
        int count = other.GetProperty("leaves").GetArrayLength();
        (double x, double y)[] leaves = await CentresAsync();
        await page!.DragAsync([leaves[0]], shift: false, Cancellation);
        int mine = (await page.EvaluateAsync("selected", Cancellation)).GetInt32();
        int theirs = other.GetProperty("leaves").EnumerateArray().Select(leaf => leaf[0].GetInt32()).First(leaf => leaf != mine);
        await program.PostAsync("edit/0", other.GetProperty("version").GetString()!, new { op = "delete", leaf = theirs });

        await page.KeyAsync("d", Cancellation);

        await page.UntilAsync("document.querySelector('.note[data-key=conflict]')", Cancellation);
        await page.UntilAsync($"picture.leaves.size === {count - 1}", Cancellation);
        await page.EvaluateAsync("document.querySelector('.note[data-key=conflict] button').click()", Cancellation);
        await page.UntilAsync($"picture.leaves.size === {count - 2}", Cancellation);
    }

    [Fact]
    public async Task Accept_on_a_full_disk_stays_on_the_picture_until_it_is_saved()
    {
        Render("a.png", 7);
        Render("b.png", 8);
        await OpenAsync(1200);
        await ReadyAsync();
        int index = (await page!.EvaluateAsync("picture.index", Cancellation)).GetInt32();
        string name = (await page.EvaluateAsync("picture.name", Cancellation)).GetString()!;
        string label = PictureNames.StemOf(files.At("data", name)) + LabelPictureFolder.LabelSuffix;
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");

        await page.KeyAsync("Enter", Cancellation);

        await page.UntilAsync("!refreshing && document.querySelector('.note[data-key=unsaved]') && document.querySelector('nav .unsaved')", Cancellation);
        Assert.Equal(0, (await page.EvaluateAsync("folder.accepted", Cancellation)).GetInt32());
        Assert.Equal(index, (await page.EvaluateAsync("picture.index", Cancellation)).GetInt32());
        Assert.False(File.Exists(label));
        await page.KeyAsync("Enter", Cancellation);
        await page.UntilAsync($"folder.accepted === 1 && picture.index !== {index} && !document.querySelector('.note[data-key=unsaved]')", Cancellation);
        Assert.True(File.Exists(label));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_change_that_is_drawn_while_the_program_is_away_is_sent_when_it_is_back()
    {
        Render("plant.png", 6);
        await OpenAsync(1200);
        await ReadyAsync();
        int count = (await page!.EvaluateAsync("picture.leaves.size", Cancellation)).GetInt32();
        await page.DragAsync([(await CentresAsync())[0]], shift: false, Cancellation);
        await program!.Process.EndAsync("KILL");
        await page.KeyAsync("d", Cancellation);
        await page.UntilAsync("document.querySelector('.note[data-key=silent]')", Cancellation);

        int port = program.Address.Port;
        program.Dispose();
        program = await LabelProgram.StartAsync(Model, files.At("data"), "--port", port.ToString(CultureInfo.InvariantCulture));

        await page.UntilAsync("document.querySelector('.note[data-key=conflict]') && !document.querySelector('.note[data-key=silent]')", Cancellation);
        await page.EvaluateAsync("document.querySelector('.note[data-key=conflict] button').click()", Cancellation);
        await page.UntilAsync($"picture.leaves.size === {count - 1}", Cancellation);
    }

    private async Task OpenAsync(int width)
    {
        program = await LabelProgram.StartAsync(Model, files.At("data"));
        page = await Chromium.OpenAsync(program.Address, width, 760, Cancellation);
    }

    private Task ReadyAsync() => page!.UntilAsync("typeof picture === 'object' && picture?.labels && picture.levels.length && !busyText && document.body.dataset.open == picture.index", Cancellation);

    /// <summary>Presses a key that changes the labels, and waits until so many changes can be undone.</summary>
    private Task KeyAsync(string key, int undo) => ChangeAsync(undo, () => page!.KeyAsync(key, Cancellation));

    private async Task ChangeAsync(int undo, Func<Task> act)
    {
        await act();
        await page!.UntilAsync($"picture.undo === {undo}", Cancellation);
    }

    private async Task<string> LabelsAsync() => (await page!.EvaluateAsync("picture.labels.join()", Cancellation)).GetString()!;

    /// <summary>A pixel inside each leaf, on the page.</summary>
    private async Task<(double X, double Y)[]> CentresAsync() =>
    [
        .. (await page!.EvaluateAsync(
            """
            (() => { const box = canvas.getBoundingClientRect();
              return [...picture.leaves].map(([label, { box: [x1, y1, x2, y2] }]) => {
                const own = []; for (let y = y1; y < y2; y++) for (let x = x1; x < x2; x++) if (labelAt(x, y) === label) own.push([x, y]);
                const [x, y] = own[Math.floor(own.length / 2)];
                return [(x + .5) * view.scale + view.x + box.left, (y + .5) * view.scale + view.y + box.top]; }); })()
            """, Cancellation)).EnumerateArray().Select(point => (point[0].GetDouble(), point[1].GetDouble())),
    ];

    private async Task<(double X, double Y)> OnPageAsync(double x, double y)
    {
        JsonElement place = await page!.EvaluateAsync(
            string.Create(CultureInfo.InvariantCulture, $"(() => {{ const box = canvas.getBoundingClientRect(); return [{x} * view.scale + view.x + box.left, {y} * view.scale + view.y + box.top]; }})()"), Cancellation);
        return (place[0].GetDouble(), place[1].GetDouble());
    }

    /// <summary>Deletes each drawn leaf that is not most of a true leaf.</summary>
    private async Task DeleteWhatIsNoLeafAsync(LabelMap truth)
    {
        HashSet<ushort> taken = [];
        foreach (ushort label in await DrawnAsync())
        {
            ushort[] drawn = await LabelMapAsync();
            (ushort best, double overlap) = BestOf(truth, drawn, label);
            if (overlap >= .5 && taken.Add(best))
            {
                continue;
            }

            int place = Array.IndexOf(drawn, label);
            await page!.KeyAsync("v", Cancellation);
            await page.DragAsync([await OnPageAsync((place % truth.Width) + .5, (place / truth.Width) + .5)], shift: false, Cancellation);
            await page.KeyAsync("d", Cancellation);
            await page.UntilAsync($"!picture.leaves.has({label})", Cancellation);
        }
    }

    /// <summary>Paints a new leaf with a dot of the brush on each true leaf that has none.</summary>
    private async Task AddWhatIsMissingAsync(LabelMap truth)
    {
        ushort[] drawn = await LabelMapAsync();
        HashSet<ushort> found = [.. (await DrawnAsync()).Select(label => BestOf(truth, drawn, label).Truth)];
        foreach (PixelSums leaf in PixelSums.OfEachLabel(truth).Where(leaf => !found.Contains(leaf.Label)))
        {
            int undo = (await page!.EvaluateAsync("picture.undo", Cancellation)).GetInt32();
            await page.KeyAsync("Escape", Cancellation);
            await page.KeyAsync("b", Cancellation);
            int place = Enumerable.Range(0, truth.Labels.Length).Where(i => truth.Labels[i] == leaf.Label).ElementAt(leaf.Area / 2);
            (double x, double y) = await OnPageAsync((place % truth.Width) + .5, (place / truth.Width) + .5);
            await ChangeAsync(undo + 1, () => page.DragAsync([(x, y)], shift: false, Cancellation));
        }
    }

    private async Task<ushort[]> DrawnAsync() =>
        [.. (await page!.EvaluateAsync("[...picture.leaves.keys()]", Cancellation)).EnumerateArray().Select(label => label.GetUInt16())];

    private async Task<ushort[]> LabelMapAsync() => [.. (await LabelsAsync()).Split(',').Select(label => ushort.Parse(label, CultureInfo.InvariantCulture))];

    private static (ushort Truth, double Overlap) BestOf(LabelMap truth, ushort[] drawn, ushort label)
    {
        ushort[] under = [.. Enumerable.Range(0, drawn.Length).Where(i => drawn[i] == label).Select(i => truth.Labels[i])];
        (ushort best, int count) = under.Where(leaf => leaf > 0).CountBy(leaf => leaf).OrderByDescending(leaf => leaf.Value).Select(leaf => (leaf.Key, leaf.Value)).FirstOrDefault();
        return (best, count / (double)Math.Max(1, under.Length));
    }

    private LabelMap Render(string name, int seed)
    {
        Directory.CreateDirectory(files.At("data"));
        Rendering rendering = RosetteRenderer.Render(new RosetteSettings { Size = 320, NoPlantShare = 0 }, (ulong)seed + 40);
        ImageFile.Write(files.At("data", name), rendering.Image);
        return rendering.Labels;
    }
}
