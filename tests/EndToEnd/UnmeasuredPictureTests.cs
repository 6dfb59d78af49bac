using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>A model that fails on some pictures: more scores than boxes wherever there is light.</summary>
public sealed class UnmeasuredPictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_picture_that_cannot_be_measured_is_told_as_missed_with_the_next_result()
    {
        using Mosquitto mosquitto = new(folder.Path);
        await mosquitto.StartAsync();
        string models = Directory.CreateDirectory(Path.Combine(folder.Path, "models")).FullName;
        Rig rig = new(folder.Path, mosquitto.Address)
        {
            Model = TinyModel.Write(TinyModel.Build([0.9f, 0.6f, 0.3f], [8, 8, 40, 40], [1, 1, 1, 1]), models),
        };
        Directory.CreateDirectory(rig.Frames);
        bool[] isLit = [false, true, true, false];
        for (int i = 0; i < isLit.Length; i++)
        {
            RgbImage picture = new(64, 64);
            picture.Pixels.AsSpan().Fill(isLit[i] ? byte.MaxValue : (byte)0);
            ImageFile.Write(Path.Combine(rig.Frames, $"{i}.png"), picture);
        }

        using Subscriber subscriber = await Subscriber.StartAsync(mosquitto);
        using ChildProcess agent = AgentProcess.Run(rig);
        Assert.Equal((int)ExitCode.Done, await agent.ExitCodeAsync());
        await subscriber.UntilAsync("the clean stop", () => subscriber.On("/status").Contains("stopped"));

        JsonElement[] captures = [.. subscriber.On("/capture").Select(c => JsonDocument.Parse(c).RootElement)];
        Assert.Equal([1, 2], captures.Select(c => c.GetProperty("sequence").GetInt64()));
        Assert.Equal([0, 2], captures.Select(c => c.GetProperty("trigger").GetProperty("missed_before").GetInt64()));
        Assert.Equal(2, JsonDocument.Parse(subscriber.On("/health")[^1]).RootElement.GetProperty("missed_triggers").GetInt64());
    }
}
