using System.Text.Json;
using System.Text.RegularExpressions;
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
    private async Task<string> SeeAsync(Rig rig, int width)
    {
        string[] quiet = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={Path.Combine(folder.Path, "chromium")}", $"--window-size={width},2700"];
        string address = $"http://127.0.0.1:{rig.StatusPort}/";
        using (ChildProcess picture = new("chromium", [.. quiet, $"--screenshot={Path.Combine(AppContext.BaseDirectory, $"status-{width}.png")}", address]))
        {
            Assert.Equal(0, await picture.ExitCodeAsync());
        }

        using ChildProcess browser = new("chromium", [.. quiet, "--dump-dom", address]);
        Assert.Equal(0, await browser.ExitCodeAsync());

        // Without the script, which holds the same words.
        return string.Join('\n', browser.Output).Split("<script>")[0];
    }
}
