using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Exceptions;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>Tries all that a rig needs while its agent is not running.</summary>
internal static class RigExamination
{
    public static async IAsyncEnumerable<RigCheck> RunAsync(AgentOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await CameraAsync(options.Camera, "camera", cancellationToken);
        for (int i = 0; i < options.MoreCameras.Count; i++)
            yield return await CameraAsync(options.MoreCameras[i], $"moreCameras[{i}]", cancellationToken);
        foreach (RigCheck check in RigChecks.Gpio(options, isOurs: false))
            yield return check;
        foreach (RigCheck check in Model(options))
            yield return check;
        yield return RigChecks.Disk(options.StateFolder);
        yield return RigChecks.Clock();
        yield return await BrokerAsync(options, cancellationToken);
    }

    private static async Task<RigCheck> CameraAsync(CameraOptions camera, string setting, CancellationToken cancellationToken)
    {
        const string Expected = "a picture";
        try
        {
            using IFrameSource source = FrameSources.Of(camera, setting, new Counters(), TimeProvider.System, NullLoggerFactory.Instance);
            await source.OpenAsync(cancellationToken);
            CameraPicture? picture = await source.TakeAsync(cancellationToken);
            return RigChecks.Check("camera", picture is not null,
                picture is null ? $"{camera.Name}: no picture" : $"{camera.Name}: a picture of {picture.Image.Width}x{picture.Image.Height}", Expected, "put pictures into the folder");
        }
        catch (Exception e) when (e is CameraException or AgentException)
        {
            return RigChecks.Check("camera", false, $"{camera.Name}: {e.Message}", Expected,
                camera.Network is null
                    ? "look at its plug and its power, stop whoever else uses it, add the agent's user to the group video, and see camera.device (v4l2-ctl --list-devices)"
                    : $"look at its power and its network, and try {setting}.network.url, user and password with ffprobe or a browser");
        }
    }

    private static RigCheck[] Model(AgentOptions options)
    {
        const string Expected = "a model that keeps the contract";
        try
        {
            // Only looked at: a folder that is not there is not made.
            string folder = Path.Combine(options.StateFolder, "models");
            ModelStore? store = Directory.Exists(folder) ? ModelStore.Open(folder) : null;
            string file = store?.Active is { } active && store.Has(active) ? store.PathOf(active) : StartingModel.FileOf(options.Model);
            using LeafModel model = LeafModel.Open(file, options.Model.ForSession(options.StateFolder));
            return
            [
                UpdateChecks.Model(model),
                RigChecks.Provider(options.Model.Provider, model),
                UpdateChecks.Updates(new UpdateJournal(Path.Combine(folder, "request.json")).State),
            ];
        }
        catch (Exception e) when (e is ModelFileException or AgentException or StoreException or IOException or UnauthorizedAccessException)
        {
            return [RigChecks.Check("model", false, e.Message, Expected, "put a leafseg-*.onnx into the folder models beside the program, or name one in model.file")];
        }
    }

    private static async Task<RigCheck> BrokerAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        BrokerAddress address = BrokerAddress.Parse(options.Broker.Address);
        const string Expected = "a broker that lets this rig in";
        if (address.IsEmbedded)
            return RigChecks.Check("broker", true, "inside the agent", Expected, "");
        string? problem;
        BrokerAccess? access = null;
        try
        {
            access = BrokerAccess.Load(options.Broker);

            // A name of its own: it must not throw out a rig that runs.
            MqttClientFactory factory = new();
            using IMqttClient client = factory.CreateMqttClient();
            MqttClientOptionsBuilder builder = factory.CreateClientOptionsBuilder()
                .WithTcpServer(address.Host, address.Port)
                .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V311)
                .WithClientId($"{new RigName(options.Site, options.Rig).ClientId}_doctor");
            access.Apply(builder, address);
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(options.Broker.TimeoutSeconds));
            MqttClientConnectResult result = await client.ConnectAsync(builder.Build(), deadline.Token);
            problem = result.ResultCode == MqttClientConnectResultCode.Success ? null : $"refused: {result.ResultCode}";
            if (problem is null)
                await client.DisconnectAsync(factory.CreateClientDisconnectOptionsBuilder().Build(), deadline.Token);
        }
        catch (Exception e) when (e is MqttCommunicationException or SocketException or AgentException)
        {
            problem = access?.Explain(e.GetBaseException().Message, DateTimeOffset.UtcNow) ?? e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = "no answer";
        }

        return RigChecks.Check("broker", problem is null, $"{address}: {problem ?? "connected"}", Expected,
            "look at the network, broker.address, broker.user and broker.tls, and at the broker's own log");
    }
}
