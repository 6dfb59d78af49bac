using System.Text.RegularExpressions;

namespace LeafSeg.EndToEnd;

/// <summary>
/// Nothing leaves a rig but what its settings name: ONNX Runtime reports to its maker unless it is kept from it before it
/// is loaded. Each program runs with an empty home folder and with strace on its sockets.
/// </summary>
public sealed partial class PrivacyTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task The_agent_contacts_its_broker_only_and_leaves_no_file_in_its_home()
    {
        Rig rig = house.Rig;
        await house.StartAsync(frames: 2);
        await AssertPrivateAsync("leafseg-agent", "run", "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State,
            "--status-port", $"{rig.StatusPort}", "--interval", "0.1", "--captures", "2");
    }

    [Fact]
    public async Task The_proof_process_and_the_demo_contact_nobody()
    {
        string model = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "models"), "*.onnx")[0];
        await AssertPrivateAsync("leafseg-agent", "prove", model);
        await AssertPrivateAsync("leafseg-agent", "simulate", "--every", "0.1", "--pictures", "2", "--size", "96", "--captures", "2",
            "--model", model, "--status-port", $"{house.Rig.StatusPort}");
    }

    [Fact]
    public async Task The_trainer_contacts_nobody()
    {
        Rig rig = house.Rig;
        Frames.Render(rig.Frames, 1);
        await AssertPrivateAsync("leafseg-train", "predict", "--model", rig.Model, "--out", Path.Combine(house.Folder, "found"), rig.Frames);
    }

    private async Task AssertPrivateAsync(string program, params string[] arguments)
    {
        string home = Directory.CreateDirectory(Path.Combine(house.Folder, "home")).FullName;
        string trace = Path.Combine(house.Folder, "strace.txt");
        using ChildProcess child = new("env", [
            "-u", "ORT_DISABLE_TELEMETRY", $"HOME={home}", "strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", "trace=connect,sendto,sendmsg,sendmmsg",
            Path.Combine(AppContext.BaseDirectory, program), .. arguments]);
        Assert.True(await child.ExitCodeAsync() == 0, child.Errors);

        Assert.Empty(Directory.GetFileSystemEntries(home, "*", SearchOption.AllDirectories));
        string[] foreign = [.. (await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)).Where(line => InternetAddress().IsMatch(line) && !Loopback().IsMatch(line))];
        Assert.Empty(foreign);
    }

    [GeneratedRegex("AF_INET6?,")]
    private static partial Regex InternetAddress();

    [GeneratedRegex("inet_addr\\(\"127\\.|\"::1\"|\"::ffff:127\\.")]
    private static partial Regex Loopback();
}
