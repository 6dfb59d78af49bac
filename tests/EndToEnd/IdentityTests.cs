using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>Leaves keep their identities over whatever happens to the agent.</summary>
public sealed class IdentityTests : IDisposable
{
    private readonly Greenhouse house = new();

    public void Dispose() => house.Dispose();

    [Fact]
    public async Task A_killed_agent_goes_on_with_the_same_identities()
    {
        // One picture again and again: each leaf is known in every capture.
        await house.StartAsync(frames: 1);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        for (int kill = 1; kill <= 3; kill++)
        {
            int before = subscriber.On("/capture").Count;
            using ChildProcess agent = AgentProcess.Run(house.Rig, "--loop");
            await subscriber.UntilAsync("three more results", () => subscriber.On("/capture").Count >= before + 3);
            await agent.EndAsync("KILL");
        }

        using (ChildProcess last = AgentProcess.Run(house.Rig, "--captures", "2", "--loop"))
        {
            Assert.Equal((int)ExitCode.Done, await last.ExitCodeAsync());
        }

        await subscriber.UntilAsync("the agent has said that it stops", () => subscriber.On("/status").Contains("stopped"));
        string[][] identities = [.. subscriber.On("/capture").Select(Identities)];
        Assert.NotEmpty(identities[0]);
        Assert.All(identities, found => Assert.Equal(identities[0], found));
        Assert.Equal(identities[0].Length, identities[0].Distinct().Count());
        Assert.Empty(subscriber.On("/event/leaf-born"));
        JsonElement plant = JsonDocument.Parse(subscriber.On("/plant/a3")[^1]).RootElement;
        Assert.Equal(identities[0].Length, plant.GetProperty("leaf_count_stable").GetInt32());
        Assert.Equal(1, plant.GetProperty("series").GetInt32());
        MessageCheck.AssertValid(subscriber.Received);
    }

    [Fact]
    public async Task A_replaced_plant_is_an_event_that_follows_its_capture()
    {
        await house.StartAsync(frames: 1);
        using Subscriber subscriber = await Subscriber.StartAsync(house.Mosquitto);
        using TemporaryFolder folder = new(), otherFolder = new();
        string grown = TinyModel.Write(TinyModel.Build([.97f, .96f, .95f], [24, 2, 40, 28, 36, 24, 62, 40, 10, 36, 30, 62], [.. Enumerable.Repeat(1f, 12)]), folder.Path);
        string seedling = TinyModel.Write(TinyModel.Build([.97f, .96f, .95f], [6, 6, 12, 10, 10, 10, 14, 16, 4, 12, 8, 18], [.. Enumerable.Repeat(1f, 12)]), otherFolder.Path);
        using (ChildProcess first = AgentProcess.Run(house.Rig with { Model = grown }, "--captures", "3", "--loop"))
        {
            Assert.Equal((int)ExitCode.Done, await first.ExitCodeAsync());
        }

        using (ChildProcess next = AgentProcess.Run(house.Rig with { Model = seedling }, "--captures", "4", "--loop"))
        {
            Assert.Equal((int)ExitCode.Done, await next.ExitCodeAsync());
        }

        await subscriber.UntilAsync("both have said that they stop", () => subscriber.On("/status").Count(word => word == "stopped") == 2);
        JsonElement replaced = JsonDocument.Parse(Assert.Single(subscriber.On("/event/plant-replaced"))).RootElement;
        JsonElement capture = subscriber.On("/capture").Select(text => JsonDocument.Parse(text).RootElement)
            .Single(one => one.GetProperty("id").GetString() == replaced.GetProperty("capture").GetString());
        Assert.Equal(2, replaced.GetProperty("series").GetInt32());
        Assert.Equal(replaced.GetProperty("id").GetString(), capture.GetProperty("plants")[0].GetProperty("events")[0].GetProperty("id").GetString());
        string[] order = [.. subscriber.Received.Where(message => message.Payload.Contains(replaced.GetProperty("capture").GetString()!, StringComparison.Ordinal)).Select(message => message.Topic.Split('/')[4])];
        Assert.True(Array.IndexOf(order, "capture") < Array.IndexOf(order, "event"), string.Join(' ', order));
        MessageCheck.AssertValid(subscriber.Received);
    }

    private static string[] Identities(string capture) =>
    [
        .. JsonDocument.Parse(capture).RootElement.GetProperty("plants")[0].GetProperty("leaves").EnumerateArray()
            .Select(leaf => $"{leaf.GetProperty("box")} {leaf.GetProperty("leaf_id")}"),
    ];
}
