using System.Device.Gpio;
using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Models;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Commands;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Health;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Processing.Pots;
using LeafSeg.EdgeAgent.Processing.Scale;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.Triggering;
using LeafSeg.EdgeAgent.Web;

namespace LeafSeg.EdgeAgent;

/// <summary>Puts the agent together: every part of it, and the order in which they start.</summary>
internal static class Agent
{
    /// <summary>Frames that may wait for the model. A frame is large, and old pictures help nobody.</summary>
    private const int FramesInFlight = 2;

    /// <exception cref="AgentException">Something that the settings name cannot be used.</exception>
    public static IHost Build(AgentOptions options, RunGoal goal, Action<HostApplicationBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        configure(builder);
        IServiceCollection services = builder.Services;

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(goal);
        services.AddSingleton<Counters>();
        services.AddSingleton<AlarmBoard>();
        services.AddSingleton<RecentResults>();

        AddMeasuring(services, options);
        AddPublishing(services, options);
        AddCapturing(services, options, goal);
        AddTriggers(services, options.Triggers);
        return builder.Build();
    }

    // Hosted services start in the order of their registration and stop in the reverse order: triggers first, then what
    // they feed, so that everything taken is measured, recorded, and as far as possible sent.
    private static void AddPublishing(IServiceCollection services, AgentOptions options)
    {
        BrokerAddress address = BrokerAddress.Parse(options.Broker.Address);
        if (address.IsEmbedded)
            address = EmbeddedBroker.Place(address);
        services.AddSingleton(options.Broker);
        services.AddSingleton(address);
        services.AddSingleton(BrokerAccess.Load(options.Broker));
        services.AddSingleton(new RigName(options.Site, options.Rig));
        services.AddSingleton(new Topics(options.Site, options.Rig));
        if (options.HomeAssistant.Enabled)
            services.AddSingleton(s => ActivatorUtilities.CreateInstance<HomeAssistantDiscovery>(s, options.HomeAssistant));
        services.AddSingleton<Announcement>();
        services.AddSingleton<InfoReport>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<HealthReport>(s, options.StateFolder));
        services.AddSingleton<MqttLink>();

        if (address.IsEmbedded)
            services.AddHostedService<EmbeddedBroker>();
        services.AddHostedService(s => s.GetRequiredService<MqttLink>());
        services.AddHostedService<PublishingLoop>();
        services.AddHostedService<HealthLoop>();
        services.AddHostedService(s => MachineWatch.Of(
            options.Health, options.StateFolder, s.GetRequiredService<AlarmBoard>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(options.StatusPage);
        services.AddSingleton<StatusReport>();
        services.AddSingleton<MetricsReport>();
        if (options.StatusPage.Enabled)
            services.AddHostedService<StatusPage>();
        services.AddHostedService<ProcessingLoop>();
    }

    private static void AddMeasuring(IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(_ => OpenModel(options));
        long pictureBytes = Megabytes(options.Overlays.MaxMegabytes);
        services.AddSingleton(_ => Outbox.Open(options.StateFolder, new OutboxLimit(Megabytes(options.Outbox.MaxMegabytes), pictureBytes)));
        services.AddSingleton<OutboxWatch>();
        services.AddSingleton(s => MachineBoot.Of(s.GetRequiredService<Outbox>().StoreId));
        services.AddSingleton(_ => new OverlayRing(options.Overlays.Folder ?? Path.Combine(options.StateFolder, "overlays"), options.Overlays.Keep, pictureBytes));
        services.AddSingleton(options.Quality);
        services.AddSingleton<QualityWatch>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<PotFinder>(s, options.Pots, options.Plant));
        services.AddSingleton(options.Scale);
        services.AddSingleton<RigScale>();
        services.AddSingleton<CaptureComposer>();
    }

    private static void AddCapturing(IServiceCollection services, AgentOptions options, RunGoal goal)
    {
        CameraOptions[] cameras = [options.Camera, .. options.MoreCameras];
        goal.Cameras = cameras.Length;
        Channel<Frame> frames = Channel.CreateBounded<Frame>(FramesInFlight);
        services.AddSingleton(frames.Reader);
        services.AddSingleton<ChannelWriter<Frame>>(new FrameWriter(frames.Writer, cameras.Length));
        services.AddSingleton<CameraAlarms>();
        CameraStatus[] statuses = [.. cameras.Select(c => new CameraStatus(c.Name))];
        services.AddSingleton(statuses[0]);
        services.AddSingleton<IReadOnlyList<CameraStatus>>(statuses);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<TriggerQueue>(s, options.Camera.Name));
        for (int i = 0; i < cameras.Length; i++)
        {
            CameraOptions camera = cameras[i];
            string setting = i == 0 ? "camera" : $"moreCameras[{i - 1}]";
            CameraStatus status = statuses[i];
            bool isFirst = i == 0;
            services.AddSingleton<IHostedService>(s => OpenCamera(s, camera, setting, status, isFirst));
        }
    }

    private static CaptureLoop OpenCamera(IServiceProvider services, CameraOptions camera, string setting, CameraStatus status, bool isFirst)
    {
        TriggerQueue queue = services.GetRequiredService<TriggerQueue>();
        if (!isFirst)
        {
            TriggerQueue own = ActivatorUtilities.CreateInstance<TriggerQueue>(services, camera.Name);
            queue.PassOnTo(own);
            queue = own;
        }

        IFrameSource source = camera.Folder is { } folder
            ? ActivatorUtilities.CreateInstance<PictureFolder>(services, folder)
            : ActivatorUtilities.CreateInstance<OpenCvCamera>(services, camera.Device!);
        List<object> ownParts = [source, queue, camera, status];
        if (camera.Wires is { } wires)
        {
            GpioDriver driver = GpioLine.OpenDriver(wires.Chip, $"{setting}.wires.chip");
            ownParts.Add(new CameraWires(wires, $"{setting}.wires", driver, services.GetRequiredService<TimeProvider>()));
        }

        return ActivatorUtilities.CreateInstance<CaptureLoop>(services, [.. ownParts]);
    }

    private static void AddTriggers(IServiceCollection services, TriggerOptions options)
    {
        if (options.Gpio is { } gpio)
        {
            GpioDriver driver = GpioLine.OpenDriver(gpio.Chip, "triggers.gpio.chip");
            services.AddSingleton(gpio);
            services.AddSingleton(driver);
            services.AddHostedService<GpioTrigger>();
            if (driver is SimulatedGpioDriver simulated)
            {
                services.AddSingleton(simulated);
                services.AddHostedService<SimulatedPulses>();
            }
        }

        if (options.Schedule is { } schedule)
        {
            services.AddSingleton(schedule);
            services.AddHostedService<ScheduleTrigger>();
        }
    }

    private static long Megabytes(double megabytes) => (long)(megabytes * 1_000_000);

    private static LeafModel OpenModel(AgentOptions options)
    {
        string file = options.Model.File ?? InstalledModels.Newest(InstalledModels.Folder);
        try
        {
            return LeafModel.Open(file, options.Model.ForSession(options.StateFolder));
        }
        catch (ModelFileException e)
        {
            throw new AgentException(ExitCode.Model, $"model.file (--model): {e.Message}", e);
        }
    }
}
