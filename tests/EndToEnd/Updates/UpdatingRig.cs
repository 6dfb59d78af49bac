using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Tests.Updates;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>A rig and its broker, on which a newer model is wanted; each start of the agent may have a fault.</summary>
internal sealed class UpdatingRig : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly PublishedModels models;
    private readonly string version;
    private readonly int trialCaptures;
    private readonly Mosquitto broker;
    private readonly IReadOnlyList<string> launcher;
    private Subscriber subscriber = null!;

    private UpdatingRig(PublishedModels models, string version, int trialCaptures, IReadOnlyList<string> launcher)
    {
        (this.models, this.version, this.trialCaptures, this.launcher) = (models, version, trialCaptures, launcher);
        broker = new Mosquitto(folder.Path);
    }

    private string State => Path.Combine(folder.Path, "state");

    private string Journal => Path.Combine(State, "models", "request.json");

    /// <summary>What the newest run has logged.</summary>
    public string Log { get; private set; } = "";

    public string? Reason => new UpdateJournal(Journal).State.Reason;

    /// <param name="models">What may be wanted.</param>
    /// <param name="version">What is wanted.</param>
    /// <param name="trialCaptures">On so many captures the new model is tried beside the old one.</param>
    /// <param name="launcher">What stands before the agent's own name and arguments.</param>
    public static async Task<UpdatingRig> StartAsync(
        PublishedModels models, string version = PublishedModels.Version, int trialCaptures = 1, IReadOnlyList<string>? launcher = null)
    {
        UpdatingRig rig = new(models, version, trialCaptures, launcher ?? []);
        string frames = Path.Combine(rig.folder.Path, "frames");
        Directory.CreateDirectory(frames);
        RgbImage picture = new(64, 64);
        picture.Pixels.AsSpan().Fill(255);
        await File.WriteAllBytesAsync(Path.Combine(frames, "bright.png"), ImageFile.Encode(picture, ".png"));
        await rig.broker.StartAsync();
        rig.subscriber = await Subscriber.StartAsync(rig.broker);
        string wanted = System.Text.Encoding.UTF8.GetString(MessageJson.Write(new DesiredModel
        {
            RequestId = "one",
            Time = DateTimeOffset.UnixEpoch,
            Target = ModelPublisher.Target(version),
            Version = version,
        }));
        using ChildProcess ask = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{rig.broker.Port}", "-q", "1", "-r", "-t", "leafseg/v1/ghent/r17/model/desired", "-m", wanted);
        Assert.Equal(0, await ask.ExitCodeAsync());
        return rig;
    }

    /// <summary>Runs the agent until the fault has ended it, or the request is at its end in spite of it.</summary>
    /// <returns>The steps that were taken.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Fault fault, int at)
    {
        string log = Path.Combine(folder.Path, $"{Guid.NewGuid():N}.log");
        using ChildProcess agent = Agent(models.Faults.Environment(fault, at, State, models.Server.Port, log));
        await agent.UntilAsync("death, or the end of the request", () => agent.HasExited || HasEnded());
        if (!agent.HasExited)
        {
            await agent.EndAsync("TERM");
        }

        Log = agent.Errors;
        return File.Exists(log) ? await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken) : [];
    }

    /// <summary>Starts the agent again whenever it dies, as systemd does, until the request is at its end.</summary>
    /// <returns>The exit codes of those that died; a signal is 128 and its number.</returns>
    public async Task<IReadOnlyList<int>> SuperviseAsync()
    {
        List<int> deaths = [];
        while (!HasEnded())
        {
            using ChildProcess agent = Agent([]);
            await agent.UntilAsync("death, or the end of the request", () => agent.HasExited || HasEnded());
            if (agent.HasExited)
            {
                deaths.Add(await agent.ExitCodeAsync());
            }
            else
            {
                await agent.EndAsync("TERM");
            }
        }

        return deaths;
    }

    /// <summary>Starts the agent with nothing in its way, and looks whether all is as it should be.</summary>
    /// <returns>How the request has ended.</returns>
    public async Task<ModelState> RecoverAsync()
    {
        int results = subscriber.On("/capture").Count;
        using (ChildProcess agent = Agent([]))
        {
            await agent.UntilAsync("a result, and the end of the request told", () => agent.HasExited
                || (HasEnded() && subscriber.On("/capture").Count > results && Reported() == new UpdateJournal(Journal).State.State));
            Assert.False(agent.HasExited, agent.Errors);
            Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
            Log = agent.Errors;
        }

        ModelState end = new UpdateJournal(Journal).State.State;
        ModelStore store = ModelStore.Open(Path.Combine(State, "models"));
        foreach (string digest in new[] { store.Active, store.LastGood }.OfType<string>())
        {
            Assert.Equal(digest, ModelStore.DigestOf(store.PathOf(digest)));
        }

        string wanted = models.NewDigests[version];
        Assert.Equal(end == ModelState.Active ? wanted : models.OldDigest, store.Active ?? models.OldDigest);
        Assert.Equal(end is ModelState.RolledBack or ModelState.Refused, store.Failed.Any(failed => failed.Digest == wanted));
        Assert.True(end != ModelState.RolledBack || store.LastGood is not null);
        Assert.False(Directory.Exists(store.Incoming) && Directory.GetFileSystemEntries(store.Incoming).Length > 0, "a download was left behind");

        string[] captures = PictureToTopicTests.Distinct(subscriber);
        MessageCheck.AssertOnceAndInOrder(captures, first: 1, captures.Length);
        Assert.All(captures, capture => Assert.Contains(DigestOf(capture), new[] { models.OldDigest, wanted }));
        return end;
    }

    public void Dispose()
    {
        subscriber?.Dispose();
        broker.Dispose();
        folder.Dispose();
    }

    private bool HasEnded() => File.Exists(Journal) && new UpdateJournal(Journal).State is { Request: not null, IsOpen: false, Probation: null };

    private ModelState? Reported() => subscriber.On("/model/reported") is [.., { Length: > 0 } newest]
        ? MessageJson.ReadReportedModel(System.Text.Encoding.UTF8.GetBytes(newest)).State
        : null;

    private static string? DigestOf(string capture)
    {
        using JsonDocument json = JsonDocument.Parse(capture);
        return json.RootElement.GetProperty("model").GetProperty("digest").GetString();
    }

    private ChildProcess Agent(IEnumerable<string> environment) => new("env", [
        $"LEAFSEG_updates__metadataUrl={models.Server.Address}metadata", $"LEAFSEG_updates__rootFile={models.Root}",
        "LEAFSEG_updates__repository__allowHttp=true", "LEAFSEG_updates__repository__requireSynchronisedClock=false", "LEAFSEG_updates__repository__retrySeconds=0.1",
        "LEAFSEG_updates__retryMinutes=0.005", "LEAFSEG_updates__proof__seconds=600", $"LEAFSEG_updates__trial__captures={trialCaptures}",
        "LEAFSEG_updates__trial__maxSlowdown=1000000", "LEAFSEG_updates__trial__probationCaptures=1", "LEAFSEG_statusPage__enabled=false",
        "LEAFSEG_broker__retryFirstSeconds=0.1", "LEAFSEG_model__threads=1",
        .. environment, .. launcher, Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), "run", "--frames", Path.Combine(folder.Path, "frames"), "--loop",
        "--broker", broker.Address, "--state", State, "--model", models.Model, "--site", "ghent", "--rig", "r17", "--plant", "a3", "--interval", "0.2"]);
}
