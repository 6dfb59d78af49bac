using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Segmentation;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Tests.Updates.Proof;
using LeafSeg.EdgeAgent.Tests.Updates.Tuf;
using LeafSeg.EdgeAgent.Triggering;
using LeafSeg.EdgeAgent.Updates;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Updates;

/// <summary>The part of a rig that takes new models, with a repository and pictures in a test's hand.</summary>
internal sealed class UpdatedRig : IDisposable
{
    private static readonly RgbImage Picture = Bright();
    private readonly TemporaryFolder folder = new();
    private int messages;

    public UpdatedRig()
    {
        Settings = new AgentOptions
        {
            Site = "ghent",
            Rig = "r17",
            StateFolder = folder.Path,
            Model = new ModelOptions { Threads = 1, File = TinyModel.Write(ProofFile.Build("0.1.0"), folder.Path) },
            Updates = new UpdateOptions { MetadataUrl = "there", Trial = new TrialOptions { Captures = 2, ProbationCaptures = 5, MaxSlowdown = 1e9 } },
        };
        Start();
    }

    public ModelPublisher Publisher { get; } = new();

    public AgentOptions Settings { get; set; }

    public ModelStore Store { get; private set; } = null!;

    public UpdateJournal Journal { get; private set; } = null!;

    public ModelInUse Models { get; private set; } = null!;

    public ProbationWatch Probation { get; private set; } = null!;

    public UpdateRequestHandler Requests { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new(RepositoryDraft.Now);

    /// <summary>Every state that was reported, with its request's id.</summary>
    public List<string> Reported { get; } = [];

    public string? ClockDoubt { get; set; }

    public bool IsOffline { get; set; }

    /// <summary>A portal answers every request with its own page.</summary>
    public bool IsBehindAPortal { get; set; }

    /// <summary>Threads on which the repository was opened.</summary>
    public List<int> RepositoryThreads { get; } = [];

    /// <summary>Every model that an update, or going back from one, has opened.</summary>
    public List<LeafModel> Opened { get; } = [];

    /// <summary>The file that is written first when a model is given up.</summary>
    public string FailedPart => Path.Combine(folder.Path, "models", ".failed.json%part");

    /// <summary>What is done in place of a proof.</summary>
    public Func<string, CancellationToken, Task<string>> Prove { get; set; } = (_, _) => Task.FromResult("proven");

    public UpdateState State => Journal.State;

    /// <summary>The file that is written first when a request is taken.</summary>
    public string JournalPart => Path.Combine(folder.Path, "models", ".request.json%part");

    /// <summary>Every file of the rig, from its folder on.</summary>
    public string[] Files() => [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.Path, file)).Order()];

    /// <summary>As after the death of the process: nothing is reported.</summary>
    public void Start()
    {
        Store = ModelStore.Open(Path.Combine(folder.Path, "models"));
        Journal = new UpdateJournal(Path.Combine(folder.Path, "models", "request.json"));
        Journal.Changed += state =>
        {
            lock (Reported)
            {
                Reported.Add($"{state.Request?.RequestId} {state.State}{(state.Progress is { } percent ? $" {percent}" : "")}");
            }
        };
        Models = new ModelInUse(StartingModel.Open(Settings.Model, Settings.StateFolder, Store, Journal, Time, NullLogger.Instance));
        Probation = new ProbationWatch(Store, Journal, Models, Open, () => StartingModel.FileOf(Settings.Model), Settings.Updates.Trial, Time, NullLogger<ProbationWatch>.Instance);
        Requests = new UpdateRequestHandler(Journal, Time);
    }

    /// <summary>Asks for a model.</summary>
    public string? Want(string request, string version, bool retry = false, double minute = double.NaN) => Requests.Take(Message(request, version, retry, minute));

    public byte[] Message(string request, string version, bool retry = false, double minute = double.NaN) => MessageJson.Write(new DesiredModel
    {
        RequestId = request,
        Time = RepositoryDraft.Now.AddMinutes(double.IsNaN(minute) ? ++messages : minute),
        Target = ModelPublisher.Target(version),
        Version = version,
        Retry = retry,
    });

    /// <summary>Follows the request; pictures are taken meanwhile.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken, Action? meanwhile = null)
    {
        Task run = Task.Run(() => Update().RunAsync(cancellationToken), CancellationToken.None);
        while (!run.IsCompleted)
        {
            if (State.State == ModelState.Trial)
            {
                meanwhile?.Invoke();
                Capture();
            }

            await Task.WhenAny(run, Task.Delay(5, CancellationToken.None));
        }

        await run;
    }

    /// <summary>The loop around all of it, not started.</summary>
    public UpdateLoop Loop(ILogger<UpdateLoop>? log = null) => new(Requests, Journal, Update(), Withdrawal(), Probation, Settings.Updates, Time, log ?? NullLogger<UpdateLoop>.Instance);

    /// <summary>Takes and measures a picture.</summary>
    public void Capture() => Measure()();

    /// <summary>Takes and measures a picture, and returns what reports it.</summary>
    public Action Measure()
    {
        (Frame frame, Measurement measurement) = Models.Use(Measure);
        return () => Models.NotifyMeasured(frame, measurement);
    }

    public void Dispose()
    {
        Models.Dispose();
        folder.Dispose();
    }

    /// <summary>Looks whether the model in use was withdrawn.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => Withdrawal().RunAsync(cancellationToken);

    private WithdrawalCheck Withdrawal() => new(
        new RigName("ghent", "r17"), Store, Journal, Models, OpenRepository, Open, () => StartingModel.FileOf(Settings.Model), Probation, NullLogger<WithdrawalCheck>.Instance);

    private ModelUpdate Update() => new(
        Settings.Updates, new RigName("ghent", "r17"), Store, Journal, Models, OpenRepository, (file, token) => Prove(file, token), Open,
        new TrialRun(Models, Settings.Updates.Trial), Probation, Time);

    private ModelRepository OpenRepository()
    {
        RepositoryThreads.Add(Environment.CurrentManagedThreadId);
        MetadataStore trusted = new(Path.Combine(folder.Path, "tuf"));
        trusted.Initialise(Publisher.Draft.Files["1.root.json"]);
        MemorySource source = new(name => IsOffline
            ? throw new Common.Tuf.TufException(Common.Tuf.TufRefusal.Unavailable, "no way there")
            : IsBehindAPortal ? "<html>Please log in</html>"u8.ToArray() : Publisher.Draft.Files.GetValueOrDefault(name));
        TufClient client = new(trusted, source, new Fetcher(Settings.Updates.Repository, Time), new UpdateClock(Time, () => ClockDoubt));
        return new ModelRepository(client, source, source);
    }

    private LeafModel Open(string file)
    {
        LeafModel model = LeafModel.Open(file, Settings.Model.ForSession(folder.Path));
        Opened.Add(model);
        return model;
    }

    private static (Frame Frame, Measurement Measurement) Measure(LeafModel model)
    {
        Frame frame = new()
        {
            Trigger = new Trigger { Id = Guid.CreateVersion7(), Kind = TriggerKind.Schedule, EdgeMonotonicNs = null, MissedBefore = 0 },
            Camera = "top",
            Picture = new CameraPicture { Image = Picture, Source = "test", ExposureUs = null },
            Time = RepositoryDraft.Now,
            MonotonicNs = 0,
            GrabMs = 0,
        };
        PottedLeaves found = PottedLeaves.Find(Picture, [new Pot("a1", new PixelBox(0, 0, Picture.Width, Picture.Height))], 0, model.Find);
        LabelMap labels = found.Paste(Picture);
        Measurement measurement = new()
        {
            Model = new CaptureModel { Name = model.Metadata.Name, Version = model.Metadata.Version, Digest = model.Digest, Provider = model.Provider },
            Quality = new FrameQuality(0, 0, 0),
            Frozen = false,
            Found = found,
            Labels = labels,
            Colours = LeafColour.MeasureEach(Picture, labels),
            Plants = PlantTraits.MeasureEach(labels, found.Places, null),
            Scale = null,
            QueueMs = 0,
            InferMs = 1,
            MeasureMs = 0,
        };
        return (frame, measurement);
    }

    private static RgbImage Bright()
    {
        RgbImage picture = new(64, 64);
        picture.Pixels.AsSpan().Fill(255);
        return picture;
    }
}
