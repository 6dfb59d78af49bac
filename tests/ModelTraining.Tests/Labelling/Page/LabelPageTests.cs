using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EndToEnd;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Datasets.Formats;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Tests.Datasets;
using LeafSeg.ModelTraining.Tests.Evaluation;

namespace LeafSeg.ModelTraining.Tests.Labelling.Page;

/// <summary>The real program behind the page, with a model that sees two leaves in every bright picture.</summary>
public sealed class LabelPageTests : IDisposable
{
    private readonly TrialFiles files = new();
    private readonly string model;

    public LabelPageTests()
    {
        Directory.CreateDirectory(files.At("data"));
        model = TinyModel.Write(TinyModel.Build(), files.At("data")[..^"data".Length]);
    }

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_change_is_on_the_disk_when_it_is_answered_and_outlives_the_program()
    {
        string label = Picture("pot_rgb.png");
        using (LabelProgram first = await Start())
        {
            JsonElement labels = await first.LabelsAsync(0);
            Assert.Equal(2, labels.GetProperty("leaves").GetArrayLength());
            Assert.False(File.Exists(label));

            JsonElement after = await first.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });

            Assert.Equal(1, after.GetProperty("leaves").GetArrayLength());
            Assert.Single(ColourMask.Read(label).Areas());
            await first.Process.EndAsync("KILL");
        }

        Assert.Contains(LabelledPictures.Open(files.At("data")).Read(0).Findings, finding => finding.Kind == FindingKind.NotAccepted);
        LabelNote note = LabelNote.Of(label)!;
        Assert.Equal(("Åsa", false, "tiny 0.1.0"), (note.Author, note.IsAccepted, note.Model));
        using LabelProgram second = await Start();
        JsonElement again = await second.LabelsAsync(0);
        Assert.Equal(1, again.GetProperty("leaves").GetArrayLength());
        Assert.Equal("edited", (await second.StateAsync()).GetProperty("pictures")[0].GetProperty("state").GetString());
        await second.PostAsync("accept/0", Version(again));
        Assert.Equal(1, (await second.StateAsync()).GetProperty("accepted").GetInt32());
        Assert.Equal(ExitCode.Done, await second.Process.EndAsync("INT"));
        Assert.Contains("1 of 1 pictures accepted.", second.Process.Output);

        LabelledPictures read = LabelledPictures.Open(files.At("data"));
        Assert.Single(read.Read(0).Labels.Areas());
        Assert.DoesNotContain(read.Seen, finding => finding.Kind is FindingKind.NotAccepted or FindingKind.PassedOver);
    }

    [Fact]
    public async Task What_a_rigs_model_drew_is_shown_by_its_doubt_and_is_no_truth_until_somebody_has_looked()
    {
        string sure = Picture("a.png"), doubtful = Picture("b.png");
        PictureOrigin origin = new("ghent", "r17", "a3", DateTimeOffset.UnixEpoch, Guid.CreateVersion7(), new string('0', 64));
        foreach ((string label, double doubt) in new[] { (sure, .1), (doubtful, .6) })
        {
            LabelNote note = new() { Author = "", Time = DateTimeOffset.UnixEpoch, IsAccepted = false, Model = "leafseg 0.9.0", Doubt = doubt, Origin = origin };
            await File.WriteAllBytesAsync(label, note.WriteInto(LabelPicture.Encode(Two(128))), TestContext.Current.CancellationToken);
        }

        Assert.Throws<DatasetException>(() => LabelledPictures.Open(files.At("data")));
        using LabelProgram program = await Start();
        JsonElement[] pictures = [.. (await program.StateAsync()).GetProperty("pictures").EnumerateArray()];
        Assert.Equal(["b.png", "a.png"], pictures.Select(picture => picture.GetProperty("name").GetString()));
        Assert.All(pictures, picture => Assert.Equal("drafted", picture.GetProperty("state").GetString()));
        JsonElement labels = await program.LabelsAsync(1);
        Assert.Equal(2, labels.GetProperty("leaves").GetArrayLength());

        await program.PostAsync("accept/1", Version(labels));

        LabelNote accepted = LabelNote.Of(doubtful)!;
        Assert.Equal(("Åsa", true, "leafseg 0.9.0", .6, origin), (accepted.Author, accepted.IsAccepted, accepted.Model, accepted.Doubt, accepted.Origin));
        LabelledPictures read = LabelledPictures.Recognise(files.At("data"));
        Assert.Equal(["b"], read.Names);
        Assert.Equal(["a.png"], read.Findings.Where(finding => finding.Kind == FindingKind.Untouched).Select(finding => finding.Where));
        Assert.DoesNotContain(read.Findings, finding => finding.Kind == FindingKind.PassedOver);
    }

    [Fact]
    public async Task It_ends_by_itself_once_enough_is_accepted()
    {
        Picture("a.png");
        Picture("b.png");
        using LabelProgram program = await LabelProgram.StartAsync(model, files.At("data"), "--until", "1");
        await program.PostAsync("accept/0", Version(await program.LabelsAsync(0)));

        Assert.Equal(ExitCode.Done, await program.Process.ExitCodeAsync());
        Assert.Contains("1 of 2 pictures accepted.", program.Process.Output);
        using ChildProcess tooMany = new(LabelProgram.Executable, "label", "--model", model, files.At("data"), "--until", "3");
        Assert.Equal(ExitCode.BadArgument, await tooMany.ExitCodeAsync());
        Assert.Contains("--until is 3, expected 1 to 2", tooMany.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_and_redo_go_through_all_changes_also_after_another_picture_was_looked_at()
    {
        Picture("a.png");
        Picture("b.jpg");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        for (int i = 0; i < 20; i++)
        {
            labels = await program.PostAsync("edit/0", Version(labels), new { op = "brush", leaf = 1, radius = 2, points = new[] { new[] { 4.0 + (4 * i), 100 } } });
        }

        await program.LabelsAsync(1);
        labels = await program.LabelsAsync(0);
        Assert.Equal((20, 0), (labels.GetProperty("undo").GetInt32(), labels.GetProperty("redo").GetInt32()));
        int painted = Area(labels);
        for (int i = 0; i < 20; i++)
        {
            labels = await program.PostAsync("undo/0", Version(labels));
        }

        Assert.True(Area(labels) < painted);
        for (int i = 0; i < 20; i++)
        {
            labels = await program.PostAsync("redo/0", Version(labels));
        }

        Assert.Equal(painted, Area(labels));
        using HttpResponseMessage nothing = await program.SendAsync(HttpMethod.Post, "redo/0", Version(labels));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.StatusCode);
    }

    [Fact]
    public async Task A_second_window_is_refused_with_words_and_changes_nothing()
    {
        Picture("pot.png");
        using LabelProgram program = await Start();
        string stale = Version(await program.LabelsAsync(0));
        await program.PostAsync("edit/0", stale, new { op = "delete", leaf = 2 });

        using HttpResponseMessage refused = await program.SendAsync(HttpMethod.Post, "edit/0", stale, new { op = "delete", leaf = 1 });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("another window", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, (await program.LabelsAsync(0)).GetProperty("leaves").GetArrayLength());
    }

    [Fact]
    public async Task What_another_program_writes_meanwhile_is_shown_and_both_versions_are_kept()
    {
        string label = Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });
        ushort[] ours = ColourMask.Read(label).Labels;
        LabelMap theirs = new(128, 128);
        theirs.Labels.AsSpan(0, 640).Fill(7);
        theirs.Labels.AsSpan(6400, 640).Fill(9);
        theirs.Labels.AsSpan(12800, 640).Fill(11);
        await File.WriteAllBytesAsync(label, LabelPicture.Encode(theirs), TestContext.Current.CancellationToken);

        using HttpResponseMessage refused = await program.SendAsync(HttpMethod.Post, "edit/0", Version(labels), new { op = "delete", leaf = 1 });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        string said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string kept = Directory.GetFiles(files.At("data"), "*.kept").Single();
        Assert.Contains(Path.GetFileName(kept), said, StringComparison.Ordinal);
        Assert.Equal(ours, ColourMask.Read(kept).Labels);
        labels = await program.LabelsAsync(0);
        Assert.Equal(3, labels.GetProperty("leaves").GetArrayLength());
        Assert.Equal([7, 9, 11], labels.GetProperty("leaves").EnumerateArray().Select(leaf => leaf[0].GetInt32()));
        labels = await program.PostAsync("undo/0", Version(labels));
        Assert.Equal(1, labels.GetProperty("leaves").GetArrayLength());
    }

    [Fact]
    public async Task What_another_program_writes_for_a_picture_of_a_turned_camera_is_turned_as_train_does()
    {
        OrientedPicture.Write(files.At("data", "pot.jpg"), 6, 96, 128);
        using LabelProgram program = await Start();
        await program.LabelsAsync(0);
        LabelMap theirs = new(128, 96);
        theirs.Labels.AsSpan(0, 640).Fill(7);
        await File.WriteAllBytesAsync(files.At("data", "pot_label.png"), LabelPicture.Encode(theirs), TestContext.Current.CancellationToken);

        JsonElement labels = await program.LabelsAsync(0);

        // The stored picture's top row is the upright one's right column.
        JsonElement leaf = Assert.Single(labels.GetProperty("leaves").EnumerateArray());
        Assert.Equal([7, 91, 0, 96, 128, 640], leaf.EnumerateArray().Select(figure => figure.GetInt32()));
    }

    [Fact]
    public async Task Labels_of_another_program_are_kept_before_they_are_written_over_and_only_once()
    {
        string label = Picture("pot.png");
        ColourMask.Write(label, Two(128), ColourMask.Colours(2));
        byte[] before = await File.ReadAllBytesAsync(label, TestContext.Current.CancellationToken);
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        Assert.Equal("labelled", (await program.StateAsync()).GetProperty("pictures")[0].GetProperty("state").GetString());

        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });
        await program.PostAsync("accept/0", Version(labels));

        Assert.Single(ColourMask.Read(label).Areas());
        Assert.Equal(before, await File.ReadAllBytesAsync(Directory.GetFiles(files.At("data"), "*.kept").Single(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task More_leaves_than_8_bits_hold_are_written_and_read_by_train()
    {
        string label = Picture("canopy.png");
        LabelMap map = new(128, 128);
        for (int i = 0; i < 400; i++)
        {
            for (int y = 0; y < 5; y++)
            {
                map.Labels.AsSpan((((i / 20 * 6) + y) * 128) + (i % 20 * 6), 5).Fill((ushort)(i + 1));
            }
        }

        await File.WriteAllBytesAsync(label, LabelPicture.Encode(map), TestContext.Current.CancellationToken);
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 7 });

        Assert.Equal(399, LabelledPictures.Open(files.At("data")).Read(0).Labels.Areas().Count);
        await program.Process.EndAsync("KILL");
        using LabelProgram again = await Start();
        Assert.Equal(399, (await again.LabelsAsync(0)).GetProperty("leaves").GetArrayLength());
    }

    [Fact]
    public async Task Labels_of_another_size_are_left_alone_and_named_on_the_page_and_in_the_end()
    {
        string label = Picture("pot.png");
        Picture("other.png");
        ColourMask.Write(label, Two(64), ColourMask.Colours(2));
        byte[] before = await File.ReadAllBytesAsync(label, TestContext.Current.CancellationToken);
        using LabelProgram program = await Start();

        using HttpResponseMessage refused = await program.SendAsync(HttpMethod.Get, "labels/1");

        string said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("labels of 64x64 for a picture of 128x128", said, StringComparison.Ordinal);
        using HttpResponseMessage edit = await program.SendAsync(HttpMethod.Post, "edit/1", "x", new { op = "delete", leaf = 1 });
        Assert.False(edit.IsSuccessStatusCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(label, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.BadFile, await program.Process.EndAsync("TERM"));
        Assert.Contains("labels of 64x64", program.Process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_full_disk_refuses_is_reported_and_saved_as_soon_as_there_is_room()
    {
        string label = Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");

        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });

        Assert.Contains("No space left", labels.GetProperty("unsaved").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(label));
        labels = await program.PostAsync("save/0", Version(labels));
        Assert.Equal(JsonValueKind.Null, labels.GetProperty("unsaved").ValueKind);
        Assert.Single(ColourMask.Read(label).Areas());
    }

    [Fact]
    public async Task An_accepted_picture_that_a_full_disk_refuses_is_unsaved_and_saved_with_the_next_change_of_another()
    {
        string label = Picture("a.png");
        Picture("b.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");

        labels = await program.PostAsync("accept/0", Version(labels));

        Assert.Contains("No space left", labels.GetProperty("unsaved").GetString(), StringComparison.Ordinal);
        JsonElement state = await program.StateAsync();
        Assert.Equal(0, state.GetProperty("accepted").GetInt32());
        Assert.Equal("unsaved", Assert.Single(state.GetProperty("pictures").EnumerateArray(), one => one.GetProperty("index").GetInt32() == 0).GetProperty("state").GetString());

        JsonElement other = await program.LabelsAsync(1);
        await program.PostAsync("accept/1", Version(other));

        Assert.Equal(2, (await program.StateAsync()).GetProperty("accepted").GetInt32());
        Assert.True(LabelNote.Of(label)!.IsAccepted);
    }

    [Fact]
    public async Task What_a_full_disk_has_refused_is_saved_in_the_end()
    {
        string label = Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");
        await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });
        Assert.False(File.Exists(label));

        Assert.Equal(ExitCode.Done, await program.Process.EndAsync("INT"));
        Assert.Single(ColourMask.Read(label).Areas());
    }

    [Fact]
    public async Task A_new_leaf_has_no_score_of_a_deleted_one_until_that_is_back()
    {
        Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        float score = labels.GetProperty("scores").GetProperty("2").GetSingle();
        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });

        labels = await program.PostAsync("edit/0", Version(labels), new { op = "brush", leaf = 0, radius = 2, points = new[] { new[] { 100.0, 100.0 } } });

        Assert.Equal(2, labels.GetProperty("leaf").GetInt32());
        Assert.False(labels.GetProperty("scores").TryGetProperty("2", out _));
        labels = await program.PostAsync("undo/0", Version(labels));
        labels = await program.PostAsync("undo/0", Version(labels));
        Assert.Equal(score, labels.GetProperty("scores").GetProperty("2").GetSingle());
    }

    [Fact]
    public async Task A_disk_that_is_still_full_in_the_end_is_exit_code_4()
    {
        string label = Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");
        await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });
        File.CreateSymbolicLink(Common.Storage.DurableFile.PartOf(label), "/dev/full");

        Assert.Equal(ExitCode.DiskFull, await program.Process.EndAsync("INT"));
        Assert.Contains($"{label}: the last changes could not be saved", program.Process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_folder_that_cannot_be_written_is_refused_before_anything_is_drawn()
    {
        Picture("pot.png");
        File.SetUnixFileMode(files.At("data"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(files.At(), File.GetUnixFileMode(files.At()) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        string[] command = [LabelProgram.Executable, "label", "--model", model, files.At("data")];

        // Nothing is read-only to root with this capability.
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override", .. command] : command;
        using ChildProcess process = new(asUser[0], asUser[1..]);

        Assert.Equal(ExitCode.BadFile, await process.ExitCodeAsync());
        Assert.Contains("nothing can be written into it", process.Errors, StringComparison.Ordinal);
        File.SetUnixFileMode(files.At("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_port_that_is_not_for_this_user_is_refused_with_words()
    {
        int first = int.Parse(await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start", TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        if (first <= 80)
        {
            return; // A container in which every port is for every user: nothing can be refused.
        }

        Picture("pot.png");
        string[] command = [LabelProgram.Executable, "label", "--model", model, files.At("data"), "--port", "80"];
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-net_bind_service", .. command] : command;
        using ChildProcess process = new(asUser[0], asUser[1..]);

        Assert.Equal(ExitCode.BadArgument, await process.ExitCodeAsync());
        Assert.Contains("--port is 80, where nothing can listen", process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_hosts_other_sites_and_odd_paths_get_nothing()
    {
        string label = Picture("pot.png");
        using LabelProgram program = await Start();
        string version = Version(await program.LabelsAsync(0));
        object edit = new { op = "delete", leaf = 1 };

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "state", change: request => request.Headers.Host = "evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "state", change: request => request.Headers.Host = $"evil.example:{program.Address.Port}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "edit/0", change: request => request.Headers.Add("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "edit/0", change: request => request.Content = new StringContent("""{"op":"delete","leaf":1}""")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "picture/0", change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, "labels/0", change: request => request.Headers.Add("Sec-Fetch-Site", "same-site")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "picture/0", change: request => request.Headers.Add("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "state", change: request => request.Headers.Add("Sec-Fetch-Site", "none")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, "picture/..%2f..%2fetc%2fpasswd"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, "picture/1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, "picture/-1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Post, "remove/0"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Post, "edit/0", new { op = "nonsense" }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Post, "edit/0", new { op = "brush" }));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Post, "edit/0", new { leaf = 1 }));
        Assert.Equal("Forbidden", await RawAsync(program, "GET /state HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\nConnection: close\r\n\r\n"));
        Assert.False(File.Exists(label));

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, object? body = null, Action<HttpRequestMessage>? change = null)
        {
            using HttpResponseMessage response = await program.SendAsync(method, path, version, body ?? edit, change);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".tif")]
    [InlineData(".bmp")]
    public void The_size_of_a_picture_is_known_without_its_pixels(string extension)
    {
        string path = files.At("data", "size" + extension);
        ImageFile.Write(path, new RgbImage(70, 30));

        Assert.Equal((70, 30, Orientation.Upright), PictureSize.Of(path));
    }

    [Fact]
    public async Task A_click_is_answered_with_the_leaf_that_the_model_sees_there()
    {
        Picture("pot.png");
        using LabelProgram program = await Start();
        JsonElement labels = await program.LabelsAsync(0);
        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 1 });
        labels = await program.PostAsync("edit/0", Version(labels), new { op = "delete", leaf = 2 });

        labels = await program.PostAsync("edit/0", Version(labels), new { op = "click", x = 50.0, y = 50.0 });

        JsonElement leaf = Assert.Single(labels.GetProperty("leaves").EnumerateArray());
        Assert.True(leaf[1].GetInt32() <= 50 && leaf[3].GetInt32() > 50 && leaf[2].GetInt32() <= 50 && leaf[4].GetInt32() > 50);
        Assert.Equal(leaf[0].GetInt32(), labels.GetProperty("leaf").GetInt32());
        using HttpResponseMessage none = await program.SendAsync(HttpMethod.Post, "edit/0", Version(labels), new { op = "click", x = 500.0, y = 50.0 });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
    }

    [Fact]
    public async Task A_model_that_fails_fails_the_pictures_and_the_page_goes_on()
    {
        Picture("a.png");
        string label = Picture("b.png");
        ColourMask.Write(label, Two(128), ColourMask.Colours(2));
        Picture("c.png");
        string failing = TinyModel.Write(TinyModel.Build([0.6f, 0.9f, 0.3f], [8, 8, 40, 40, 44, 4, 60, 20, 0, 0, 4, 4], [1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1]), Directory.CreateDirectory(files.At("failing")).FullName + Path.DirectorySeparatorChar);
        using LabelProgram program = await LabelProgram.StartAsync(failing, files.At("data"));

        using HttpResponseMessage refused = await program.SendAsync(HttpMethod.Get, "labels/0");

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Contains("falling scores", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        JsonElement[] pictures;
        do
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            pictures = [.. (await program.StateAsync()).GetProperty("pictures").EnumerateArray()];
        }
        while (pictures.Any(one => one.GetProperty("state").GetString() == "waiting"));

        Assert.Equal(2, pictures.Count(one => one.GetProperty("state").GetString() == "unusable"));
        Assert.Equal(2, (await program.LabelsAsync(1)).GetProperty("leaves").GetArrayLength());
        Assert.Equal(ExitCode.BadFile, await program.Process.EndAsync("INT"));
        Assert.Contains("c.png: the model could not look at it", program.Process.Errors, StringComparison.Ordinal);
        Assert.Contains("0 of 3 pictures accepted.", program.Process.Output);
    }

    [Fact]
    public async Task Labels_in_another_layout_and_pictures_of_one_name_are_refused()
    {
        Picture("pot.png");
        Picture("pot.jpg");
        using (ChildProcess twice = new(LabelProgram.Executable, "label", "--model", model, files.At("data")))
        {
            Assert.Equal(ExitCode.BadFile, await twice.ExitCodeAsync());
            Assert.Contains("would both have their labels in", twice.Errors, StringComparison.Ordinal);
        }

        File.Delete(files.At("data", "pot.jpg"));
        await File.WriteAllTextAsync(
            files.At("data", "pot.json"), """{"version":"5","shapes":[{"label":"leaf","points":[[1,1],[9,1],[9,9]],"shape_type":"polygon"}],"imagePath":"pot.png","imageWidth":128,"imageHeight":128}""",
            TestContext.Current.CancellationToken);
        using ChildProcess labelme = new(LabelProgram.Executable, "label", "--model", model, files.At("data"));
        Assert.Equal(ExitCode.BadFile, await labelme.ExitCodeAsync());
        Assert.Contains("in another layout: a JSON file a picture (labelme)", labelme.Errors, StringComparison.Ordinal);
    }

    private static string Version(JsonElement labels) => labels.GetProperty("version").GetString()!;

    private static int Area(JsonElement labels) => labels.GetProperty("leaves").EnumerateArray().Sum(leaf => leaf[5].GetInt32());

    private static LabelMap Two(int side)
    {
        LabelMap map = new(side, side);
        map.Labels.AsSpan(0, side).Fill(1);
        map.Labels.AsSpan(side * side / 2, side).Fill(2);
        return map;
    }

    private static async Task<string> RawAsync(LabelProgram program, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, program.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(client.GetStream());
        return (await reader.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ', 3)[2];
    }

    private Task<LabelProgram> Start() => LabelProgram.StartAsync(model, files.At("data"));

    /// <summary>A bright picture of 128 x 128 pixels.</summary>
    /// <returns>Where its labels will be.</returns>
    private string Picture(string name)
    {
        RgbImage picture = new(128, 128);
        picture.Pixels.AsSpan().Fill(220);
        ImageFile.Write(files.At("data", name), picture);
        return PictureNames.StemOf(files.At("data", name)) + LabelPictureFolder.LabelSuffix;
    }
}
