using System.Text.Json;
using System.Text.RegularExpressions;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Updates.Requests;

namespace LeafSeg.EndToEnd;

/// <summary>The status page in a real Chromium.</summary>
public sealed class StatusPageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1200)]
    [InlineData(500)]
    public async Task It_shows_plants_over_time_alarms_outbox_model_and_every_camera_at_any_width(int width)
    {
        Rig rig = new(folder.Path, $"127.0.0.1:{Mosquitto.FreePort()}");
        Frames.Render(rig.Frames, 6);
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated" } },
            health = new { diskFreeMegabytes = 1_000_000 },
            moreCameras = new object[]
            {
                new { name = "left", plant = "b1", folder = new { path = rig.Frames, atEnd = "loop" } },
                new { name = "right", plant = "b2", device = new { path = "/dev/video99" } },
            },
        }), TestContext.Current.CancellationToken);
        AskedForModels(rig);
        using ChildProcess agent = AgentProcess.Run(rig, "--loop", "--settings", settings);
        await agent.UntilAsync("results of two plants", async () =>
            await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() >= 8);

        string page = await SeeAsync(rig, width);
        foreach (string part in (string[])["disk-low", "camera-lost", "Camera left", "Camera right", "right is away", "tiny 0.1.0", "In the outbox", "broker", "sha256:", "0.3.0 (second)", "rolled-back", "1.50 × the time", "a capture failed"])
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }

        Assert.Matches(new Regex("class=\"plant\"><h3>a3<span>\\d+ leaves"), page);
        Assert.Matches(new Regex("class=\"plant\"><h3>b1<span>\\d+ leaves"), page);
        Assert.Equal(6, Regex.Count(page, "class=\"line\""));
        Assert.DoesNotContain("could not be read", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(390)]
    public async Task A_tray_is_a_map_with_the_numbers_of_all_its_plants_beside_a_picture_of_the_same_capture(int width)
    {
        Rig rig = new(folder.Path, $"127.0.0.1:{Mosquitto.FreePort()}");
        Directory.CreateDirectory(rig.Frames);
        RgbImage tray = new(640, 480);
        new Random(1).NextBytes(tray.Pixels);
        await File.WriteAllBytesAsync(Path.Combine(rig.Frames, "tray.png"), ImageFile.Encode(tray, ".png"), TestContext.Current.CancellationToken);
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { schedule = new { everySeconds = 1 } },
            pots = new { grid = new { x = 20, y = 20, width = 600, height = 440, columns = 5, rows = 4, gapPx = 8 } },
        }), TestContext.Current.CancellationToken);
        using (ChildProcess before = AgentProcess.Run(rig, "--loop", "--settings", settings))
        {
            await before.UntilAsync("three captures", async () => await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() >= 3);
            await before.EndAsync("TERM");
        }

        using ChildProcess agent = AgentProcess.Run(rig, "--loop", "--settings", settings);
        await agent.UntilAsync("a picture", async () => await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("overlay_sequence").ValueKind == JsonValueKind.Number);
        string page = await SeeAsync(rig, width, "tray");
        Assert.Equal(20, Regex.Count(page, "class=\"tile\""));
        Assert.Contains("Leaves of 20 plants", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);

        // Two curves of the tray, two of one plant; they begin before the restart.
        Assert.Equal(4, Regex.Count(page, "class=\"line\""));
        JsonElement first = (await AgentProcess.StatusAsync(rig.StatusPort))!.Value.GetProperty("history")[0];
        Assert.Equal(1, first.GetProperty("sequence").GetInt64());

        // The picture is of the numbers' capture.
        string numbers = Regex.Match(page, "id=\"figures\" data-sequence=\"(\\d+)\"").Groups[1].Value;
        Assert.NotEmpty(numbers);
        Assert.Contains(Regex.Match(page, "id=\"figure\" data-sequence=\"(\\d*)\"").Groups[1].Value, new[] { numbers, "" });
        using HttpClient http = new();
        long newest = (await AgentProcess.StatusAsync(rig.StatusPort))!.Value.GetProperty("overlay_sequence").GetInt64();
        using HttpResponseMessage picture = await http.GetAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/overlay.jpg?sequence={newest}"), TestContext.Current.CancellationToken);
        Assert.Equal([$"{newest}"], picture.Headers.GetValues("X-LeafSeg-Sequence"));
        using HttpResponseMessage old = await http.GetAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/overlay.jpg?sequence=999999"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, old.StatusCode);

        string metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/metrics"), TestContext.Current.CancellationToken);
        foreach (string part in (string[])["leafseg_info{site=\"ghent\",rig=\"r17\",agent_version=\"0.2.0", "model_version=\"0.1.0\"", "leafseg_model_update_state{site=\"ghent\",rig=\"r17\",state=\"rolled-back\"} 0",
            "leafseg_last_capture_timestamp_seconds{", "leafseg_inference_seconds{", "leafseg_disk_free_bytes{", "leafseg_plant_area_square_millimetres"])
        {
            Assert.Contains(part, metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_leaf_keeps_its_number_and_shows_its_curve_when_it_is_chosen()
    {
        Rig rig = new(folder.Path, $"127.0.0.1:{Mosquitto.FreePort()}");
        Frames.Render(rig.Frames, 1);
        using ChildProcess agent = AgentProcess.Run(rig, "--loop");
        await agent.UntilAsync("a season of five", async () =>
            await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("overlay_sequence") is { ValueKind: JsonValueKind.Number } newest && newest.GetInt64() >= 5);

        string page = await SeeAsync(rig, 1200, "leaf", "#a3/2");
        Assert.Contains("Area of leaf 2", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "class=\"edge\""));
        Assert.Matches(new Regex("aria-pressed=\"true\"[^>]*><i></i>2<"), page);
        Assert.Matches(new Regex("id=\"leaves-note\">likely \\d+ to \\d+; \\d+ in this picture<"), page);

        using HttpClient http = new();
        using JsonDocument leaves = JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/leaves.json?plant=a3"), TestContext.Current.CancellationToken));
        Assert.All(leaves.RootElement.EnumerateArray(), result => Assert.Contains(result.GetProperty("leaves").EnumerateArray(), leaf => leaf.GetProperty("id").GetInt32() == 2));
        JsonElement state = (await AgentProcess.StatusAsync(rig.StatusPort))!.Value;
        Assert.Single(state.GetProperty("history").EnumerateArray(), result => result.TryGetProperty("leaves", out _));
        Assert.Empty(JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{rig.StatusPort}/leaves.json"), TestContext.Current.CancellationToken)).RootElement.EnumerateArray());
    }

    /// <summary>As updates have left it: one model that is in use, and one that was gone back from.</summary>
    private static void AskedForModels(Rig rig)
    {
        string journal = Path.Combine(rig.State, "models", "request.json");
        Directory.CreateDirectory(Path.GetDirectoryName(journal)!);
        DateTimeOffset time = new(2026, 6, 1, 9, 30, 0, TimeSpan.Zero);
        UpdateState first = new UpdateState { Request = Wanted("first", "0.2.0") }.Ended(ModelState.Active, "has passed its probation", time);
        UpdateState second = (first with
        {
            Request = Wanted("second", "0.3.0"),
            Trial = new TrialFigures { Captures = 20, Of = 20, LeafCountDifference = 0.25, AbsoluteLeafCountDifference = 0.4, AbsoluteAreaDifferencePercent = 3.1, Slowdown = 1.5 },
        }).Ended(ModelState.RolledBack, "a capture failed while the model was on probation: the model's answer breaks the contract", time.AddDays(1));
        new UpdateJournal(journal).Change(_ => second);

        DesiredModel Wanted(string request, string version) => new() { RequestId = request, Time = time, Target = $"tiny/tiny-{version}.onnx", Version = version };
    }

    /// <summary>The page as it stands once its script has run; a picture of it beside the test program.</summary>
    private async Task<string> SeeAsync(Rig rig, int width, string name = "status", string hash = "")
    {
        string[] quiet = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={Path.Combine(folder.Path, "chromium")}", $"--window-size={width},2700", "--virtual-time-budget=4000"];
        string address = $"http://127.0.0.1:{rig.StatusPort}/{hash}";
        using (ChildProcess picture = new("chromium", [.. quiet, $"--screenshot={Path.Combine(AppContext.BaseDirectory, $"{name}-{width}.png")}", address]))
        {
            Assert.Equal(0, await picture.ExitCodeAsync());
        }

        using ChildProcess browser = new("chromium", [.. quiet, "--dump-dom", address]);
        Assert.Equal(0, await browser.ExitCodeAsync());

        // Without the script, which holds the same words.
        return string.Join('\n', browser.Output).Split("<script>")[0];
    }
}
