using System.Text.Json;
using Google.Protobuf;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>What people and machines do wrong: each has a message (found, expected, what to do) and an exit code.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, int, string> Cases => new()
    {
        { "an unknown option", (int)ExitCode.Usage, "'--frame'" },
        { "captures that are no number", (int)ExitCode.Usage, "'many'" },
        { "an interval with a decimal comma", (int)ExitCode.Usage, "--interval is '0,5'" },
        { "a file of arguments", (int)ExitCode.Usage, "@arguments.rsp" },
        { "no captures", (int)ExitCode.Usage, "--captures: found 0, expected 1 or more" },
        { "no settings file", (int)ExitCode.Setting, "found no file" },
        { "a settings file that is not JSON", (int)ExitCode.Setting, "not JSON" },
        { "a mistyped setting", (int)ExitCode.Setting, "broker.adress: found " },
        { "a broker without a port", (int)ExitCode.Setting, "broker.address: found \"localhost\", expected \"HOST:PORT\"" },
        { "a rig that cannot stand in a topic", (int)ExitCode.Setting, "rig: found \"Rig 1\", expected 1 to 63 of a-z" },
        { "no source of pictures", (int)ExitCode.Setting, "camera: found \"no source of pictures\", expected camera.device, camera.genicam, camera.network or camera.folder (--frames)" },
        { "no model file", (int)ExitCode.Model, "absent.onnx" },
        { "a model that was cut off", (int)ExitCode.Model, "model.file (--model): " },
        { "a model of another contract", (int)ExitCode.Model, "model.file (--model): " },
        { "no folder of pictures", (int)ExitCode.Frames, "camera.folder.path (--frames): found \"" },
        { "a folder without pictures", (int)ExitCode.Frames, "found no picture in " },
        { "only broken pictures", (int)ExitCode.Frames, "expected 1 results, and the pictures ran out after 0 (2 broken" },
        { "fewer pictures than asked for", (int)ExitCode.Frames, "expected 9 results, and the pictures ran out after 2 (1 broken" },
        { "a port in use", (int)ExitCode.Machine, "statusPage.port (--status-port): port " },
        { "models kept by a newer program", (int)ExitCode.Machine, "expected 1 at most: a newer leafseg-agent" },
        { "a state folder that cannot be", (int)ExitCode.Machine, "cannot be used as the outbox" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_told_with_an_exit_code_of_its_own(string what, int exitCode, string message)
    {
        using Mosquitto occupied = new(folder.Path);
        if (what == "a port in use")
        {
            await occupied.StartAsync();
        }

        Rig rig = Prepare(what);
        string[] own = what switch
        {
            "an unknown option" => ["--frame", "x"],
            "captures that are no number" => ["--captures", "many"],
            "an interval with a decimal comma" => [],
            "a file of arguments" => ["@arguments.rsp"],
            "no captures" => ["--captures", "0"],
            "no settings file" => ["--settings", Path.Combine(folder.Path, "absent.json")],
            "a settings file that is not JSON" => ["--settings", Write("settings.json", "{ rig: }")],
            "a mistyped setting" => ["--settings", Write("settings.json", """{ "broker": { "adress": "a:1" } }""")],
            "only broken pictures" => ["--captures", "1"],
            "fewer pictures than asked for" => ["--captures", "9"],
            _ => [],
        };
        string[] usual = what == "no source of pictures"
            ? ["run", "--model", rig.Model, "--state", rig.State]
            : [
                "run", "--frames", rig.Frames, "--broker", what == "a broker without a port" ? "localhost" : rig.Broker,
                "--model", rig.Model, "--state", rig.State, "--interval", what == "an interval with a decimal comma" ? "0,5" : "0.1", "--rig", what.StartsWith("a rig", StringComparison.Ordinal) ? "Rig 1" : "r17",
                "--status-port", $"{(what == "a port in use" ? occupied.Port : rig.StatusPort)}",
            ];

        using ChildProcess agent = AgentProcess.Start([.. usual, .. own]);
        Assert.Equal(exitCode, await agent.ExitCodeAsync());
        Assert.Contains(message, agent.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at LeafSeg", agent.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_picture_is_skipped_and_the_others_are_measured()
    {
        Rig rig = Prepare("fewer pictures than asked for");
        using ChildProcess agent = AgentProcess.Run(rig, "--captures", "2");
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        Assert.Contains("Picture skipped: ", agent.Errors, StringComparison.Ordinal);
        Assert.Contains("plant00001.png", agent.Errors, StringComparison.Ordinal);
        Assert.Equal(2, agent.Output.Count(line => line.Contains("acknowledged", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_camera_that_is_not_there_is_looked_for_again_and_again_in_plain_sight()
    {
        Rig rig = new(folder.Path, "embedded");
        string settings = Write("settings.json",
            """{ "camera": { "retryFirstSeconds": 0.2, "device": { "path": "/dev/video99" } }, "triggers": { "schedule": { "everySeconds": 0.2 } } }""");
        using ChildProcess agent = AgentProcess.Start(
            "run", "--settings", settings, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State, "--status-port", $"{rig.StatusPort}");
        JsonElement status = default;
        await agent.UntilAsync("missed triggers and a camera alarm", async () =>
        {
            if (await AgentProcess.StatusAsync(rig.StatusPort) is not { } now)
            {
                return false;
            }

            status = now;
            return now.GetProperty("missed").GetInt64() >= 3 && now.GetProperty("frame_errors").GetInt64() >= 2;
        });
        Assert.Contains("/dev/video99: there is no such device", status.GetProperty("camera_problem").GetString(), StringComparison.Ordinal);
        Assert.Equal("camera-lost", status.GetProperty("alarms")[0].GetProperty("code").GetString());
        Assert.Contains("The camera is opened again in", agent.Errors, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Done, await agent.EndAsync("TERM"));
    }

    [Fact]
    public async Task Whoever_stops_it_before_all_is_acknowledged_is_told_and_nothing_is_lost()
    {
        using Mosquitto absent = new(folder.Path);
        Rig rig = new(folder.Path, absent.Address);
        Frames.Render(rig.Frames, 3);
        using (ChildProcess agent = AgentProcess.Run(rig, "--captures", "3"))
        {
            await agent.UntilAsync("three results in the outbox", async () =>
                await AgentProcess.StatusAsync(rig.StatusPort) is { } status && status.GetProperty("outbox_depth").GetInt64() == 3);
            Assert.Equal((int)ExitCode.Unacknowledged, await agent.EndAsync("TERM"));
            Assert.Contains("3 results wait in the outbox", agent.Errors, StringComparison.Ordinal);
        }

        await absent.StartAsync();
        using Subscriber subscriber = await Subscriber.StartAsync(absent);
        using ChildProcess again = AgentProcess.Run(rig, "--captures", "1");
        Assert.Equal((int)ExitCode.Done, await again.ExitCodeAsync());
        await subscriber.UntilAsync("four results", () => subscriber.On("/capture").Count >= 4);
        MessageCheck.AssertOnceAndInOrder(subscriber.On("/capture"), first: 1, count: 4);
        Assert.Equal([true, true, true, false], subscriber.On("/capture").Select(c => JsonDocument.Parse(c).RootElement.GetProperty("replayed").GetBoolean()));
    }

    [Fact]
    public async Task Ctrl_C_ends_it_cleanly_with_the_code_of_an_interrupt()
    {
        Rig rig = new(folder.Path, "embedded");
        Frames.Render(rig.Frames, 2);

        // A shell that runs tests in the background makes its children deaf to the interrupt; env mends that.
        using ChildProcess agent = new("env", "--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "leafseg-agent"),
            "run", "--frames", rig.Frames, "--loop", "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State,
            "--status-port", $"{rig.StatusPort}", "--interval", "0.2");
        await agent.UntilAsync("two results", () => agent.Output.Count >= 2);
        Assert.Equal((int)ExitCode.Interrupted, await agent.EndAsync("INT"));
        Assert.DoesNotContain("fail:", agent.Errors, StringComparison.Ordinal);
    }

    /// <summary>All in order but for the one thing.</summary>
    private Rig Prepare(string what)
    {
        Rig rig = new(folder.Path, "embedded");
        Directory.CreateDirectory(rig.Frames);
        switch (what)
        {
            case "no model file":
                return rig with { Model = Path.Combine(folder.Path, "absent.onnx"), Frames = Good(rig) };
            case "a model that was cut off":
                byte[] whole = File.ReadAllBytes(rig.Model);
                File.WriteAllBytes(rig.Model, whole[..(whole.Length / 2)]);
                return rig with { Frames = Good(rig) };
            case "a model of another contract":
                var model = TinyModel.Build();
                model.MetadataProps.Single(p => p.Key == "leafseg.contract").Value = "99";
                File.WriteAllBytes(rig.Model, model.ToByteArray());
                return rig with { Frames = Good(rig) };
            case "no folder of pictures":
                return rig with { Frames = Path.Combine(folder.Path, "absent") };
            case "a folder without pictures":
                File.WriteAllText(Path.Combine(rig.Frames, "notes.txt"), "no picture");
                return rig;
            case "only broken pictures":
                File.WriteAllText(Path.Combine(rig.Frames, "a.png"), "");
                File.WriteAllText(Path.Combine(rig.Frames, "b.jpg"), "no picture");
                return rig;
            case "fewer pictures than asked for":
                Frames.Render(rig.Frames, 3);
                string broken = Path.Combine(rig.Frames, "plant00001.png");
                File.WriteAllBytes(broken, ImageFile.Encode(ImageFile.Read(broken), ".png")[..400]);
                return rig;
            case "models kept by a newer program":
                Directory.CreateDirectory(Path.Combine(rig.State, "models"));
                File.WriteAllText(Path.Combine(rig.State, "models", "format"), "9");
                return rig with { Frames = Good(rig) };
            case "a state folder that cannot be":
                return rig with { State = "/dev/null/state", Frames = Good(rig) };
            default:
                return rig with { Frames = Good(rig) };
        }
    }

    private static string Good(Rig rig)
    {
        Frames.Render(rig.Frames, 1);
        return rig.Frames;
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
