using System.Threading.Channels;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Doctor;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Publishing;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using LeafSeg.EdgeAgent.Updates;
using LeafSeg.EdgeAgent.Updates.Proof;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;
using LeafSeg.EdgeAgent.Web;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>Puts the agent together: every part of it, and the order in which they start.</summary>
internal static class Agent
{
    /// <summary>Frames that may wait for the model. A frame is large, and old pictures are of no use.</summary>
    private const int FramesInFlight = 2;

    /// <exception cref="AgentException">Something that the settings name cannot be used.</exception>
    public static IHost Build(AgentOptions options, RunGoal goal, Action<HostApplicationBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        configure(builder);
        IServiceCollection services = builder.Services;

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new SystemClock());
        services.AddSingleton<ClockCorrection>();
        services.AddSingleton(options);
        services.AddSingleton(goal);
        services.AddSingleton<AlarmBoard>();
        services.AddSingleton(s => new RecentResults(
            Path.Combine(options.StateFolder, RecentResults.StateFile), s.GetRequiredService<OutboxStore>().StoreId, options.PlantNames()));
        services.AddSingleton<PauseSwitch>();

        AddMeasuring(services, options);
        AddUpdates(services, options);
        AddPublishing(services, options);
        AddCapturing(services, options, goal);
        AddCommands(services, options);
        AddTriggers(services, options.Triggers);
        return builder.Build();
    }

    // Hosted services start in the order of their registration and stop in the reverse order: triggers first, then what
    // they feed, so that everything taken is measured, recorded, and as far as possible sent.
    private static void AddPublishing(IServiceCollection services, AgentOptions options)
    {
        BrokerAddress address = BrokerAddress.Parse(options.Broker.Address);
        if (address.IsEmbedded)
        {
            address = EmbeddedBroker.Place(address);
        }

        services.AddSingleton(options.Broker);
        services.AddSingleton(address);
        services.AddSingleton(BrokerAccess.Load(options.Broker));
        services.AddSingleton(new RigName(options.Site, options.Rig));
        services.AddSingleton(new Topics(options.Site, options.Rig));
        services.AddSingleton(new RigPlants(options.PlantNames()));
        if (options.HomeAssistant.Enabled)
        {
            services.AddSingleton(s => ActivatorUtilities.CreateInstance<HomeAssistantDiscovery>(s, options.HomeAssistant));
        }

        services.AddSingleton<Announcement>();
        services.AddSingleton(s => s.GetRequiredService<Announcement>().ForSession);
        services.AddSingleton<InfoReport>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<HealthReport>(s, options.StateFolder));
        services.AddSingleton<MqttLink>();

        if (address.IsEmbedded)
        {
            services.AddHostedService<EmbeddedBroker>();
        }

        // Before the link starts: it subscribes.
        services.AddSingleton(s => new AnnouncedNames(options.StateFolder, new AnnouncedName(
            options.Site, options.Rig, options.HomeAssistant.Enabled ? options.HomeAssistant.Prefix : null, s.GetRequiredService<MachineBoot>().Id,
            [.. s.GetRequiredService<OutboxStore>().Plants().Select(plant => plant.Plant).Union(options.PlantNames())])));
        services.AddHostedService<FormerNameCleanup>();
        services.AddHostedService(s => s.GetRequiredService<MqttLink>());
        services.AddHostedService<PublishingLoop>();
        if (options.HomeAssistant.Enabled)
        {
            services.AddHostedService(s => ActivatorUtilities.CreateInstance<HomeAssistantBirth>(s, options.HomeAssistant));
        }

        if (options.Overlays.Publish)
        {
            services.AddSingleton<OverlayStream>();
            services.AddHostedService(s => s.GetRequiredService<OverlayStream>());
        }

        services.AddHostedService<HealthLoop>();
        services.AddHostedService(s => MachineWatch.Of(
            options.Health, options.StateFolder, s.GetRequiredService<AlarmBoard>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(options.StatusPage);
        services.AddSingleton<StatusReport>();
        services.AddSingleton<MetricsReport>();
        if (options.StatusPage.Enabled)
        {
            services.AddHostedService<StatusPage>();
        }

        services.AddHostedService(s => ActivatorUtilities.CreateInstance<ModelFileWatch>(s, (Func<string>)(() =>
            s.GetRequiredService<ModelStore>() is { Active: { } active } store ? store.PathOf(active) : StartingModel.FileOf(options.Model))));
        services.AddHostedService<ModelReporting>();
        services.AddHostedService(s => s.GetRequiredService<UpdateLoop>());
        services.AddHostedService<ProcessingLoop>();
    }

    private static void AddMeasuring(IServiceCollection services, AgentOptions options)
    {
        long pictureBytes = Megabytes(options.Overlays.MaxMegabytes);
        services.AddSingleton(s => OutboxStore.Open(
            options.StateFolder, new OutboxLimit(Megabytes(options.Outbox.MaxMegabytes), pictureBytes), options.Outbox.Resend, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OutboxWatch>();
        services.AddSingleton(s => new SetAsideResults(Path.Combine(options.StateFolder, "set-aside"), s.GetRequiredService<AlarmBoard>()));
        services.AddSingleton(s => MachineBoot.Of(s.GetRequiredService<OutboxStore>().StoreId));
        services.AddSingleton(s => s.GetRequiredService<OutboxStore>().EarlierMark is { } mark && mark.Boot == s.GetRequiredService<MachineBoot>().Id
            ? new Counters { MissedEarlier = mark.Missed }
            : new Counters());
        services.AddSingleton(_ => new OverlayRing(options.Overlays.Folder ?? Path.Combine(options.StateFolder, "overlays"), options.Overlays.Keep, pictureBytes));
        if (options.Originals.Every > 0)
        {
            services.AddSingleton(_ => new OriginalRing(options.Originals.Folder ?? Path.Combine(options.StateFolder, "originals"), options.Originals));
        }

        if (options.Originals.Doubtful.MaxMegabytes > 0)
        {
            services.AddSingleton(s => new DoubtfulPictures(
                options.Originals.Doubtful.Folder ?? Path.Combine(options.StateFolder, "doubtful"), options.Originals.Doubtful, s.GetRequiredService<RigName>()));
        }

        services.AddSingleton(options.Quality);
        services.AddSingleton<QualityWatch>();
        services.AddSingleton(s => new CameraViews(options.Cameras(), options.StateFolder, s.GetRequiredService<CameraAlarms>()));
        services.AddSingleton<FrameMeasuring>();
        services.AddSingleton<PlantTrackers>();
        services.AddSingleton<CaptureComposer>();
    }

    private static void AddCapturing(IServiceCollection services, AgentOptions options, RunGoal goal)
    {
        IReadOnlyList<CameraOptions> cameras = options.Cameras();
        goal.Cameras = cameras.Count;
        services.AddSingleton(new CaptureReadiness(cameras.Count));
        Channel<Frame> frames = Channel.CreateBounded<Frame>(FramesInFlight);
        services.AddSingleton(frames.Reader);
        services.AddSingleton<ChannelWriter<Frame>>(new FrameWriter(frames.Writer, cameras.Count));
        services.AddSingleton<CameraAlarms>();
        CameraStatus[] statuses = [.. cameras.Select(c => new CameraStatus(c.Name))];
        services.AddSingleton<IReadOnlyList<CameraStatus>>(statuses);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<TriggerQueue>(s, options.Camera.Name));
        for (int i = 0; i < cameras.Count; i++)
        {
            CameraOptions camera = cameras[i];
            string setting = AgentOptions.CameraSetting(i);
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

        IFrameSource source = FrameSources.Of(
            camera, setting, services.GetRequiredService<Counters>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>());
        List<object> ownParts = [source, queue, camera, status];
        if (camera.Wires is { } wires)
        {
            GpioPort port = GpioPort.Of(wires.Chip, $"{setting}.wires.chip");
            ownParts.Add(new CameraWires(wires, $"{setting}.wires", port, services.GetRequiredService<CameraAlarms>(), services.GetRequiredService<TimeProvider>()));
        }

        return ActivatorUtilities.CreateInstance<CaptureLoop>(services, [.. ownParts]);
    }

    private static void AddCommands(IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(options.Commands);
        services.AddSingleton(_ => CommandStore.Open(options.StateFolder));
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<ImageSender>(s, options.Commands.ImageMaxKilobytes));
        services.AddSingleton<RunningRigExamination>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<CommandHandler>(
            s,
            new Func<Guid, byte[], CancellationToken, Task<int>>(s.GetRequiredService<ImageSender>().SendAsync),
            new Func<IReadOnlyList<RigCheck>>(s.GetRequiredService<RunningRigExamination>().Examine)));
        services.AddHostedService<CommandLoop>();
    }

    private static void AddTriggers(IServiceCollection services, TriggerOptions options)
    {
        if (options.Gpio is { } gpio)
        {
            services.AddSingleton(gpio);
            if (gpio.IsSimulated)
            {
                services.AddSingleton<SimulatedGpioDriver>();
                services.AddSingleton(s => GpioPort.Of(s.GetRequiredService<SimulatedGpioDriver>()));
            }
            else
            {
                services.AddSingleton(GpioPort.Of(gpio.Chip, "triggers.gpio.chip"));
            }

            services.AddHostedService<GpioTrigger>();
            if (gpio.IsSimulated)
            {
                services.AddHostedService<SimulatedPulses>();
            }
        }

        if (options.Schedule is { } schedule)
        {
            services.AddHostedService(s => new ScheduleTrigger(
                schedule, s.GetRequiredService<TriggerQueue>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ScheduleTrigger>>(),
                lastCapture: s.GetRequiredService<OutboxStore>().EarlierMark?.Captured));
        }
    }

    private static void AddUpdates(IServiceCollection services, AgentOptions options)
    {
        UpdateOptions updates = options.Updates;
        string models = Path.Combine(options.StateFolder, "models");
        LeafModel Open(string file) => ProvenModel.Open(file, options.Model.ForSession(options.StateFolder), StartingModel.Proofs(options.StateFolder));

        services.AddSingleton(updates);
        services.AddSingleton(updates.Trial);
        services.AddSingleton(s =>
        {
            // The outbox comes first: it keeps a second agent out of the state folder.
            s.GetRequiredService<OutboxStore>();
            return FromState(() => ModelStore.Open(models));
        });
        services.AddSingleton(s =>
        {
            s.GetRequiredService<ModelStore>();
            return FromState(() => new UpdateJournal(Path.Combine(models, "request.json")));
        });
        services.AddSingleton(s =>
        {
            (ModelStore store, UpdateJournal journal) = (s.GetRequiredService<ModelStore>(), s.GetRequiredService<UpdateJournal>());
            ILogger log = s.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartingModel));
            return new ModelOpening(() => new ModelInUse(FromState(() => StartingModel.Open(options.Model, options.StateFolder, store, journal, TimeProvider.System, log))));
        });
        services.AddSingleton(s => s.GetRequiredService<ModelOpening>().Wait());
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<ProbationWatch>(s, (Func<string, LeafModel>)Open, () => s.GetRequiredService<ModelInUse>().Current.File));
        ModelRepository Repository() => ModelRepository.Open(updates, Path.Combine(options.StateFolder, "tuf"), TimeProvider.System);
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<WithdrawalCheck>(
            s, (Func<ModelRepository>)Repository, (Func<string, LeafModel>)Open, (Func<string>)(() => StartingModel.FileOf(options.Model))));
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<ModelUpdate>(
            s,
            (Func<ModelRepository>)Repository,
            (Func<string, CancellationToken, Task<string>>)(async (file, cancellationToken) =>
            {
                string proof = await new ProofProcess(options.Model, updates.Proof, options.StateFolder).ProveAsync(file, cancellationToken);
                StartingModel.Proofs(options.StateFolder).Keep(ModelStore.DigestOf(file), fault: "");
                return proof;
            }),
            (Func<string, LeafModel>)Open,
            new TrialRun(s.GetRequiredService<ModelInUse>(), updates.Trial)));
        services.AddSingleton<UpdateRequestHandler>();
        services.AddSingleton<UpdateLoop>();
    }

    /// <exception cref="AgentException">The disk refuses, or a newer program has been there.</exception>
    private static T FromState<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is StoreException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Machine, $"stateFolder: {e.Message}", e);
        }
    }

    private static long Megabytes(double megabytes) => (long)(megabytes * 1_000_000);
}
