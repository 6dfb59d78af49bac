using System.Runtime.CompilerServices;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Calibration.Lens;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Doctor;

/// <summary>Tries all that a rig needs while its agent is not running.</summary>
internal static class RigExamination
{
    public static async IAsyncEnumerable<RigCheck> RunAsync(AgentOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<CameraOptions> cameras = options.Cameras();
        for (int i = 0; i < cameras.Count; i++)
        {
            yield return await CameraAsync(cameras[i], AgentOptions.CameraSetting(i), options.StateFolder, cancellationToken);
        }

        foreach (RigCheck check in RigChecks.Gpio(options, isOurs: false))
        {
            yield return check;
        }

        foreach (RigCheck check in Model(options))
        {
            yield return check;
        }

        yield return RigChecks.Disk(options.StateFolder);
        yield return RigChecks.Clock();
        yield return await new BrokerExamination(options).RunAsync(cancellationToken);
    }

    private static async Task<RigCheck> CameraAsync(CameraOptions camera, string setting, string stateFolder, CancellationToken cancellationToken)
    {
        const string Expected = "a picture of the size that the settings are for";
        try
        {
            using IFrameSource source = FrameSources.Of(camera, setting, new Counters(), TimeProvider.System, NullLoggerFactory.Instance);
            await source.OpenAsync(cancellationToken);
            if (await source.TakeAsync(cancellationToken) is not { Image: { } image })
            {
                return RigChecks.Check("camera", false, $"{camera.Name}: no picture", Expected, "put pictures into the folder");
            }

            CameraAlarms unheard = new(new AlarmBoard(TimeProvider.System, NullLogger<AlarmBoard>.Instance));
            string? problem = CameraViews.SizeOf(camera, new KeptLenses(stateFolder).Of(camera.Name), stateFolder, unheard)?.Problem(image.Width, image.Height);
            return RigChecks.Check("camera", problem is null, $"{camera.Name}: {problem ?? $"a picture of {image.Width}x{image.Height}"}", Expected,
                $"see {setting}, its pots, scale and lens");
        }
        catch (NoPictureYetException)
        {
            return RigChecks.Check("camera", true, $"{camera.Name}: no picture waits in the folder", Expected, "");
        }
        catch (Exception e) when (e is CameraException or AgentException)
        {
            return RigChecks.Check("camera", false, $"{camera.Name}: {e.Message}", Expected,
                ToDo(camera, setting));
        }
        catch (Exception e) when (MissingLibrary.In(e) is { } missing)
        {
            return RigChecks.Check("camera", false, $"{camera.Name}: {missing}", Expected, "install the package, and run the doctor again");
        }
    }

    private static string ToDo(CameraOptions camera, string setting) => camera switch
    {
        { Genicam: not null } => $"look at its cable and its power, at who else controls it, and whether arv-tool-0.8 (Debian's aravis-tools-cli) lists it: GigE needs an address in the "
            + $"rig's own network, USB3 the right to use it (group video), and see {setting}.genicam",
        { Network: not null } => $"look at its power and its network, and try {setting}.network.url, user and password with ffprobe or a browser",
        _ => "look at its plug and its power, stop other programs that use it, add the agent's user to the group video, and see camera.device (v4l2-ctl --list-devices)",
    };

    private static RigCheck[] Model(AgentOptions options)
    {
        const string Expected = "a model that keeps the contract";
        try
        {
            // Only looked at: a folder that is not there is not made.
            string folder = Path.Combine(options.StateFolder, "models");
            ModelStore? store = Directory.Exists(folder) ? ModelStore.Open(folder) : null;
            string file = store?.Active is { } active && store.Has(active) ? store.PathOf(active) : StartingModel.FileOf(options.Model);
            using LeafModel model = ProvenModel.Open(file, Session(options));
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
        catch (Exception e) when (MissingLibrary.In(e) is { } missing)
        {
            return [RigChecks.Check("model", false, missing, Expected, "install the package, and run the doctor again")];
        }
    }

    /// <summary>Makes no folder: the doctor may run as another user than the service.</summary>
    private static LeafModelOptions Session(AgentOptions options)
    {
        LeafModelOptions session = options.Model.ForSession(options.StateFolder);
        return Directory.Exists(session.TensorRtCacheFolder) ? session : session with { TensorRtCacheFolder = null };
    }
}
