using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.Documentation;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>leafseg-train release request, at a mosquitto with the access list that deploy/ gives.</summary>
public sealed class ReleaseRequestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static IReadOnlyList<string> Commands => Assert.Single(ShellBlock.Of("docs/updates.md", typeof(ReleaseRequestTests))).Commands;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_release_is_requested_of_one_rig_of_a_site_or_of_all_and_a_rig_reads_the_request()
    {
        ReleasePublisher office = new(folder.Path);
        await office.OpenAsync();
        await office.PublishAsync(TinyModel.Write(TinyModel.Build(), folder.Path), percent: 20);
        using Mosquitto broker = await StartAsync();
        foreach (string rig in (string[])["ghent/r17", "ghent/r18", "bruges/r1"])
        {
            await PublishAsync(broker, $"leafseg/v1/{rig}/status", "online");
        }

        string[] login = ["--broker", broker.Address, "--user", "releases", "--password-file", Write("secret", "secret\n")];
        Assert.Equal(["leafseg/v1/ghent/r17/model/desired", "Requested of 1 rigs."], await office.AskAsync("request", ["0.1.0", "--rig", "ghent/r17", .. login]));
        Assert.Equal(2, (await office.AskAsync("request", ["0.1.0", "--site", "ghent", .. login])).Count(line => line.EndsWith("/model/desired", StringComparison.Ordinal)));
        Assert.Equal(3, (await office.AskAsync("request", ["0.1.0", "--all", "--retry", .. login])).Count(line => line.EndsWith("/model/desired", StringComparison.Ordinal)));

        // The one of these is the same as in a file, for whoever has another way to the broker.
        string file = Path.Combine(folder.Path, "desired.json");
        await office.AskAsync("request", "0.1.0", "--rig", "ghent/r17", "--out", file);
        DesiredModel written = MessageJson.ReadDesiredModel(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        using ChildProcess read = new("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-u", "homeassistant", "-P", "secret", "-t", "leafseg/v1/bruges/r1/model/desired", "-C", "1");
        await read.ExitCodeAsync();
        DesiredModel retained = MessageJson.ReadDesiredModel(Encoding.UTF8.GetBytes(Assert.Single(read.Output)));
        Assert.Equal((written.Target, written.Version, true), (retained.Target, retained.Version, retained.Retry));
        Assert.NotEqual(written.RequestId, retained.RequestId);

        // 20 % of the rigs may have it.
        Assert.Contains(await office.AskAsync("show", "--rig", "ghent/r17"), line => line.StartsWith("  ghent/r17: ", StringComparison.Ordinal) && line.Contains("the rollout is at 20 %", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_commands_of_the_updates_page_work_as_they_are()
    {
        ReleasePublisher office = new(folder.Path);
        await office.OpenAsync();
        await office.PublishAsync(TinyModel.Write(ProofFile.Build("1.1.0"), folder.Path), percent: 100);
        using Mosquitto broker = new(folder.Path);
        await broker.StartAsync();

        // Those with passwords and TLS need a broker that has them.
        string[] lines = [.. Commands.Where(line => !line.Contains("--ca ", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        foreach (string line in lines)
        {
            string here = line.Replace("192.168.1.5:1883", broker.Address, StringComparison.Ordinal);
            using ChildProcess shell = new("bash", "-c", $"cd {folder.Path} && PATH={AppContext.BaseDirectory}:$PATH && {here}");
            int code = await shell.ExitCodeAsync();
            Assert.True(code == 0, $"{line}: {shell.Errors}");
        }

        using ChildProcess read = new("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-t", "leafseg/v1/ghent/r17/model/desired", "-C", "1");
        await read.ExitCodeAsync();
        DesiredModel retained = MessageJson.ReadDesiredModel(Encoding.UTF8.GetBytes(Assert.Single(read.Output)));
        Assert.Equal("1.1.0", retained.Version);
        Assert.Equal("1.1.0", MessageJson.ReadDesiredModel(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "desired.json"), TestContext.Current.CancellationToken)).Version);
    }

    /// <summary>The line of docs/updates.md for a broker with TLS and passwords, run as it stands there.</summary>
    [Fact]
    public async Task The_line_with_an_authority_works_at_a_broker_with_TLS_and_passwords()
    {
        ReleasePublisher office = new(folder.Path);
        await office.OpenAsync();
        await office.PublishAsync(TinyModel.Write(ProofFile.Build("1.1.0"), folder.Path), percent: 100);
        string passwords = Path.Combine(folder.Path, "passwords");
        using (ChildProcess make = new("mosquitto_passwd", "-b", "-c", passwords, "releases", "s3cret"))
        {
            Assert.Equal(0, await make.ExitCodeAsync());
        }

        // Its file is ca.pem, as the line has it.
        using Authority authority = new(folder.Path);
        (string certificate, string key) = authority.Issue("broker");
        Write("secret", "s3cret\n");
        using Mosquitto broker = new(folder.Path, port => $"""
            listener {port} 127.0.0.1
            allow_anonymous false
            password_file {passwords}
            cafile {authority.File}
            certfile {certificate}
            keyfile {key}

            """);
        await broker.StartAsync();
        string line = Assert.Single(Commands, line => line.Contains("--ca ", StringComparison.Ordinal));

        // "--site" asks for rigs that have announced themselves.
        string[] login = ["--cafile", authority.File, "-h", "127.0.0.1", "-p", $"{broker.Port}", "-u", "releases", "-P", "s3cret"];
        using (ChildProcess birth = new("mosquitto_pub", [.. login, "-q", "1", "-r", "-t", "leafseg/v1/ghent/r17/status", "-m", "online"]))
        {
            Assert.Equal(0, await birth.ExitCodeAsync());
        }

        using ChildProcess shell = new("bash", "-c", $"cd {folder.Path} && PATH={AppContext.BaseDirectory}:$PATH && {line.Replace("broker.example:8883", broker.Address, StringComparison.Ordinal)}");
        int code = await shell.ExitCodeAsync();
        Assert.True(code == 0, $"{line}: {shell.Errors}");
        using ChildProcess read = new("mosquitto_sub", [.. login, "-t", "leafseg/v1/ghent/r17/model/desired", "-C", "1"]);
        await read.ExitCodeAsync();
        Assert.Equal("1.1.0", MessageJson.ReadDesiredModel(Encoding.UTF8.GetBytes(Assert.Single(read.Output))).Version);
    }

    private async Task<Mosquitto> StartAsync()
    {
        string passwords = Path.Combine(folder.Path, "passwords"), accessList = Path.Combine(folder.Path, "leafseg.acl");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "mosquitto", "leafseg.acl"), accessList);
        File.AppendAllText(accessList, "\nuser test\ntopic write leafseg/v1/#\n");
        foreach (string user in (string[])["releases", "homeassistant", "test"])
        {
            using ChildProcess make = new("mosquitto_passwd", ["-b", .. File.Exists(passwords) ? [] : (string[])["-c"], passwords, user, "secret"]);
            Assert.Equal(0, await make.ExitCodeAsync());
        }

        Mosquitto broker = new(folder.Path, port => $"""
            listener {port} 127.0.0.1
            allow_anonymous false
            password_file {passwords}
            acl_file {accessList}

            """);
        await broker.StartAsync();
        return broker;
    }

    private static async Task PublishAsync(Mosquitto broker, string topic, string message)
    {
        using ChildProcess publish = new("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-u", "test", "-P", "secret", "-q", "1", "-r", "-t", topic, "-m", message);
        Assert.Equal(0, await publish.ExitCodeAsync());
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }
}
