using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A real mosquitto with the settings and the access list that deploy/ gives, but for its places.</summary>
public sealed class DeployedBrokerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>With no limit of messages, mosquitto 2.0.11 hangs up over each topic that it does not allow.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("max_queued_messages 0")]
    public async Task The_access_list_allows_a_rig_all_that_it_says_and_hears(string setting)
    {
        using Authority authority = new(folder.Path);
        (string certificate, string key) = authority.Issue("broker");
        string deployed = Path.Combine(AppContext.BaseDirectory, "mosquitto");
        string passwords = Path.Combine(folder.Path, "passwords"), accessList = Path.Combine(folder.Path, "leafseg.acl");
        File.Copy(Path.Combine(deployed, "leafseg.acl"), accessList);
        using (ChildProcess user = new("mosquitto_passwd", "-b", "-c", passwords, "ghent_r17", "secret"))
        {
            Assert.Equal(0, await user.ExitCodeAsync());
        }

        using Mosquitto mosquitto = new(folder.Path, port => File.ReadAllText(Path.Combine(deployed, "leafseg.conf"))
            .Replace("listener 8883", $"listener {port} 127.0.0.1", StringComparison.Ordinal)
            .Replace("/etc/mosquitto/passwords", passwords, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/leafseg.acl", accessList, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/certs/ca.pem", authority.File, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/certs/broker.pem", certificate, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/certs/broker.key", key, StringComparison.Ordinal)
            .Replace("/var/lib/mosquitto/", folder.Path + "/", StringComparison.Ordinal) + $"\n{setting}\n");
        await mosquitto.StartAsync();

        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            triggers = new { schedule = new { everySeconds = 0.2 } },
            broker = new { user = "ghent_r17", password = "secret", tls = new { enabled = true, caFile = authority.File } },
            homeAssistant = new { enabled = true },
            overlays = new { publish = true },
        }), TestContext.Current.CancellationToken);
        Rig rig = new(folder.Path, mosquitto.Address);
        Frames.Render(rig.Frames, 3);
        using ChildProcess agent = AgentProcess.Run(rig, "--settings", settings, "--captures", "3");
        int code = await agent.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Done, agent.Errors);
        Assert.DoesNotContain("-refused", agent.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("refuses the subscription", agent.Errors, StringComparison.Ordinal);

        // The doctor tries the same list; a rig of another name is not in it.
        string[] allowed = ["doctor", "--settings", settings, "--frames", rig.Frames, "--broker", rig.Broker, "--model", rig.Model, "--state", rig.State];
        using (ChildProcess doctor = AgentProcess.Start([.. allowed]))
        {
            await doctor.ExitCodeAsync();
            string broker = Assert.Single(doctor.Output, line => line.StartsWith("ILL   broker", StringComparison.Ordinal));
            Assert.Contains("/capture (NotAuthorized)", broker, StringComparison.Ordinal);
            Assert.Contains("/event/leaf-born (NotAuthorized)", broker, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken)).Replace("{\"triggers\"", "{\"site\":\"ghent\",\"rig\":\"r17\",\"triggers\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        using (ChildProcess doctor = AgentProcess.Start([.. allowed]))
        {
            await doctor.ExitCodeAsync();
            Assert.Contains(doctor.Output, line => line.StartsWith("well  broker", StringComparison.Ordinal));
        }
    }
}
