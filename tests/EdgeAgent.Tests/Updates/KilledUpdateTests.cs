using System.Globalization;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EndToEnd;

namespace LeafSeg.EdgeAgent.Tests.Updates;

/// <summary>The real agent, killed by the kernel in the middle of a call while it follows a request.</summary>
public sealed class KilledUpdateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Request => Path.Combine(folder.Path, "state", "models", "request.json");

    public void Dispose() => folder.Dispose();

    /// <summary>LEAFSEG_KILLS=40 kills at so many renames, each in turn; ordinarily at a few.</summary>
    [Fact(Explicit = true)]
    public async Task Wherever_it_is_killed_the_next_start_has_a_valid_model_and_ends_the_request()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed");
        int points = int.TryParse(Environment.GetEnvironmentVariable("LEAFSEG_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : 2;
        string first = Prepare();
        for (int point = 1; point <= points; point++)
        {
            if (Directory.Exists(Path.Combine(folder.Path, "state")))
                Directory.Delete(Path.Combine(folder.Path, "state"), recursive: true);
            Ask();
            using (ChildProcess killed = Agent("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e", $"inject=rename:signal=KILL:when={point}"))
            {
                await killed.UntilAsync($"death at rename {point}, or the end of the request", () => killed.HasExited || HasEnded());
            }

            using ChildProcess agent = Agent();
            await agent.UntilAsync($"the end of the request after death at rename {point}", () => agent.HasExited || HasEnded());
            Assert.False(agent.HasExited, agent.Errors);
            await agent.EndAsync("TERM");

            ModelStore store = ModelStore.Open(Path.Combine(folder.Path, "state", "models"));
            UpdateState end = new UpdateJournal(Request).State;
            Assert.Contains(end.State, new[] { ModelState.Active, ModelState.RolledBack });
            Assert.Equal(end.State == ModelState.Active ? end.Digest : first, store.Active ?? first);
            foreach (string digest in new[] { store.Active, store.LastGood }.OfType<string>())
                Assert.Equal(digest, ModelStore.DigestOf(store.PathOf(digest)));
        }
    }

    private bool HasEnded() => File.Exists(Request) && new UpdateJournal(Request).State is { IsOpen: false, Probation: null };

    /// <returns>The digest of the model that the rig has.</returns>
    private string Prepare()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "frames"));
        RgbImage picture = new(64, 64);
        picture.Pixels.AsSpan().Fill(255);
        File.WriteAllBytes(Path.Combine(folder.Path, "frames", "bright.png"), ImageFile.Encode(picture, ".png"));
        ModelPublisher publisher = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "root.json"), publisher.Draft.Files["1.root.json"]);
        publisher.Publish("0.2.0", ProofFile.Bytes("0.2.0"));
        publisher.Write(folder.Path);
        return ModelStore.DigestOf(TinyModel.Write(ProofFile.Build("0.1.0"), folder.Path));
    }

    private void Ask()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Request)!);
        new UpdateJournal(Request).Change(_ => new UpdateState
        {
            Request = new DesiredModel { RequestId = "one", Time = RepositoryDraft.Now, Target = ModelPublisher.Target("0.2.0"), Version = "0.2.0" },
        });
    }

    private ChildProcess Agent(params string[] under) => new("env", [
        $"LEAFSEG_updates__metadataUrl={folder.Path}/metadata", $"LEAFSEG_updates__rootFile={folder.Path}/root.json",
        "LEAFSEG_updates__repository__requireSynchronisedClock=false", "LEAFSEG_updates__trial__captures=1",
        "LEAFSEG_updates__trial__maxSlowdown=1000000", "LEAFSEG_updates__trial__probationCaptures=1", "LEAFSEG_statusPage__enabled=false",
        .. under, Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), "run", "--frames", Path.Combine(folder.Path, "frames"), "--loop",
        "--broker", "embedded", "--state", Path.Combine(folder.Path, "state"), "--model", Path.Combine(folder.Path, "model.onnx"), "--interval", "0.2"]);
}
