using System.Text;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>
/// The whole way with the real programs: published by leafseg-train, shown by nginx over TLS, wanted over mosquitto, and
/// taken or refused by three agents.
/// </summary>
public sealed class FleetTests : IDisposable
{
    private const string Good = "0.2.0", Bad = "0.3.0";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_rig_ends_where_it_should_and_every_capture_is_published_once()
    {
        string first = Model("0.1.0"), good = Model(Good), bad = Model(Bad, boxes: [8, 8, 16, 16, 44, 4, 60, 20, 0, 0, 4, 4]);
        string early = Names().First(rig => PlaceOf(rig) < 20);
        string[] late = [.. Names().Where(rig => PlaceOf(rig) >= 20).Take(2)];
        string[] rigs = [early, .. late];
        ReleasePublisher office = new(folder.Path);
        await office.OpenAsync();
        await office.PublishAsync(good, percent: 20);

        using Authority authority = new(folder.Path);
        using Nginx server = new(folder.Path, office.Repository, authority.Issue("server"));
        await server.StartAsync();
        using Mosquitto broker = new(folder.Path);
        await broker.StartAsync();
        using Subscriber subscriber = await Subscriber.StartAsync(broker);
        ChildProcess[] agents = [.. rigs.Select(rig => Agent(rig, first, office.FirstRoot, authority.File, server, broker))];
        try
        {
            await WantAsync(broker, rigs, "good", Good);
            await UntilAsync("the good model, active", [early], report => report is { RequestId: "good", State: ModelState.Active });
            await UntilAsync("the others wait for their turn", late, report => report is { RequestId: "good", State: ModelState.Accepted } && report.Reason!.Contains("20 %", StringComparison.Ordinal));

            await office.RotateRootAsync();
            await office.RollOutAsync(Good, percent: 100);
            await UntilAsync("the good model, active", late, report => report is { RequestId: "good", State: ModelState.Active });

            await office.PublishAsync(bad, percent: 100);
            await WantAsync(broker, rigs, "bad", Bad);
            await UntilAsync("the bad model, refused", rigs, report => report is { RequestId: "bad", State: ModelState.Refused });

            foreach (string rig in rigs)
            {
                ReportedModel end = Reported(rig)!;
                Assert.Contains("updates.trial.maxAreaDifferencePercent", end.Reason, StringComparison.Ordinal);
                Assert.Equal(ModelStore.DigestOf(good), end.Active.Digest);
                int before = Captures(rig).Length;
                await subscriber.UntilAsync($"{rig} measures on", () => Captures(rig).Length > before);
            }

            foreach (ChildProcess agent in agents)
            {
                Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
            }

            await subscriber.UntilAsync("three clean stops", () => subscriber.On("/status").Count(status => status == "stopped") == rigs.Length);
        }
        finally
        {
            foreach (ChildProcess agent in agents)
            {
                agent.Dispose();
            }
        }

        Assert.All(rigs, rig =>
        {
            string[] captures = Captures(rig);
            MessageCheck.AssertOnceAndInOrder(captures, first: 1, captures.Length);
            Assert.Equal([ModelStore.DigestOf(first), ModelStore.DigestOf(good)], captures.Select(DigestOf).Distinct());
        });

        Task UntilAsync(string what, string[] which, Func<ReportedModel, bool> isSo) => subscriber.UntilAsync(
            $"{what}: {string.Join(", ", which)}", () => which.All(rig => Reported(rig) is { } report && isSo(report)));
        string[] On(string rig, string topic) => [.. subscriber.Received.Where(message => message.Topic == $"leafseg/v1/ghent/{rig}/{topic}").Select(message => message.Payload)];
        string[] Captures(string rig) => On(rig, "capture");
        ReportedModel? Reported(string rig) => On(rig, "model/reported") is [.., { Length: > 0 } newest] ? MessageJson.ReadReportedModel(Encoding.UTF8.GetBytes(newest)) : null;
    }

    private static IEnumerable<string> Names() => Enumerable.Range(1, 100).Select(number => $"r{number}");

    private static int PlaceOf(string rig) => Rollout.PlaceOf(Target(Good), "ghent", rig);

    private static string Target(string version) => $"tiny/tiny-{version}.onnx";

    private static string? DigestOf(string capture)
    {
        using JsonDocument json = JsonDocument.Parse(capture);
        return json.RootElement.GetProperty("model").GetProperty("digest").GetString();
    }

    private static async Task WantAsync(Mosquitto broker, string[] rigs, string request, string version)
    {
        string wanted = Encoding.UTF8.GetString(MessageJson.Write(new DesiredModel
        {
            RequestId = request,
            Time = DateTimeOffset.UtcNow,
            Target = Target(version),
            Version = version,
        }));
        foreach (string rig in rigs)
        {
            using ChildProcess ask = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-q", "1", "-r", "-t", $"leafseg/v1/ghent/{rig}/model/desired", "-m", wanted);
            Assert.Equal(0, await ask.ExitCodeAsync());
        }
    }

    private string Model(string version, float[]? boxes = null)
    {
        string of = Path.Combine(folder.Path, version);
        Directory.CreateDirectory(of);
        return TinyModel.Write(ProofFile.Build(version, boxes), of);
    }

    private ChildProcess Agent(string rig, string model, string root, string authority, Nginx server, Mosquitto broker)
    {
        string frames = Path.Combine(folder.Path, "frames");
        Directory.CreateDirectory(frames);
        RgbImage picture = new(64, 64);
        picture.Pixels.AsSpan().Fill(255);
        File.WriteAllBytes(Path.Combine(frames, "bright.png"), ImageFile.Encode(picture, ".png"));
        return new ChildProcess("env", [
            $"LEAFSEG_updates__metadataUrl={server.Address}metadata", $"LEAFSEG_updates__rootFile={root}", $"LEAFSEG_updates__repository__caFile={authority}",
            "LEAFSEG_updates__repository__requireSynchronisedClock=false", "LEAFSEG_updates__retryMinutes=0.02", "LEAFSEG_updates__proof__seconds=600",
            "LEAFSEG_updates__trial__captures=2", "LEAFSEG_updates__trial__maxSlowdown=1000000", "LEAFSEG_updates__trial__probationCaptures=3",
            "LEAFSEG_statusPage__enabled=false", "LEAFSEG_model__threads=1",
            Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), "run", "--frames", frames, "--loop", "--broker", broker.Address,
            "--state", Path.Combine(folder.Path, $"state-{rig}"), "--model", model, "--site", "ghent", "--rig", rig, "--plant", "a3", "--interval", "0.2"]);
    }
}
