using System.Diagnostics;
using System.Globalization;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.Common.Tuf;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Updates.Store;
using LeafSeg.EdgeAgent.Updates.Trial;
using LeafSeg.EdgeAgent.Updates.Tuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.Benchmarks;

/// <summary>What an update costs the rig: the switch, a check that finds nothing new, a download, and a proof.</summary>
internal static class UpdateCost
{
    public static async Task RunAsync(string[] args)
    {
        string model = args.Length > 0 ? args[0] : throw new ArgumentException("give the model file, as in deploy/models");
        string folder = Directory.CreateTempSubdirectory("leafseg-update-").FullName;
        try
        {
            await CheckAsync(folder);
            await DownloadAsync(folder);
            await ProofAsync(model);
            Switch(model, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Processor time of a refresh by which nothing has changed, in this process: the first one, and the usual one.</summary>
    private static async Task CheckAsync(string folder)
    {
        const int Checks = 50;
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "leafseg/leafseg-1.0.0.onnx", "a model");
        draft.Publish("targets", "snapshot", "timestamp");
        string served = Path.Combine(folder, "metadata");
        Directory.CreateDirectory(served);
        foreach ((string name, byte[] content) in draft.Files.Where(file => !file.Key.Contains('/', StringComparison.Ordinal)))
        {
            await File.WriteAllBytesAsync(Path.Combine(served, name), content);
        }

        MetadataStore trusted = new(Path.Combine(folder, "trusted"));
        trusted.Initialise(draft.Files["1.root.json"]);
        await RefreshAsync();
        Say("check that finds nothing new, the first", await CpuMsAsync(), "ms of CPU");
        double all = 0;
        for (int check = 0; check < Checks; check++)
        {
            all += await CpuMsAsync();
        }

        Say($"the same, mean of {Checks} more", all / Checks, "ms of CPU");

        async Task<double> CpuMsAsync()
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            await RefreshAsync();
            return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        async Task RefreshAsync()
        {
            using RepositorySource source = RepositorySource.Open(served, new RepositoryOptions());
            TufClient client = new(trusted, source, new Fetcher(new RepositoryOptions(), TimeProvider.System), UpdateClock.AsItIs(TimeProvider.System));
            await client.RefreshAsync(CancellationToken.None);
        }
    }

    /// <summary>Resident memory of this process while a target comes over HTTP, above what it was before.</summary>
    private static async Task DownloadAsync(string folder)
    {
        const int Port = 18081, Megabytes = 200;
        string targets = Path.Combine(folder, "targets");
        Directory.CreateDirectory(targets);
        string file = Path.Combine(targets, "large");
        await WriteZerosAsync(file, Megabytes);
        TargetFile target = Target(file);
        using Process server = Process.Start(new ProcessStartInfo("python3", ["-m", "http.server", $"{Port}", "--bind", "127.0.0.1", "--directory", targets])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        server.BeginErrorReadLine();
        try
        {
            RepositoryOptions options = new() { AllowHttp = true, Attempts = 100, RetrySeconds = 0.1 };
            using RepositorySource source = RepositorySource.Open($"http://127.0.0.1:{Port}/", options);
            await UntilThereAsync(source);
            GC.Collect();
            double rest = ProcessCost.ResidentMb(Environment.ProcessId), most = rest;
            Task fetch = new Fetcher(options, TimeProvider.System).FetchAsync(source, "large", target, Path.Combine(folder, "part"), progress: null, CancellationToken.None);
            while (!fetch.IsCompleted)
            {
                most = Math.Max(most, ProcessCost.ResidentMb(Environment.ProcessId));
                await Task.Delay(5);
            }

            await fetch;
            Say($"memory above rest, download of {Megabytes} MB", most - rest, "MB");
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task UntilThereAsync(RepositorySource source)
    {
        while (true)
        {
            try
            {
                using RemoteContent? answer = await source.OpenAsync("large", from: 0, CancellationToken.None);
                return;
            }
            catch (TufException)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task WriteZerosAsync(string file, int megabytes)
    {
        await using FileStream content = File.Create(file);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < megabytes; i++)
        {
            await content.WriteAsync(block);
        }
    }

    private static TargetFile Target(string file)
    {
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "large", "");
        using FileStream content = File.OpenRead(file);
        draft.Signed["targets"]["targets"]!["large"]!["length"] = content.Length;
        draft.Signed["targets"]["targets"]!["large"]!["hashes"]!["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        return new TargetsMetadata("targets", draft.Sign("targets")).Targets["large"];
    }

    /// <summary>The whole proof in its process, as the agent has it run.</summary>
    private static async Task ProofAsync(string model)
    {
        Measured proof = new("proof, from the start of its process to its end", warmUp: 1);
        for (int i = 0; i < 4; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            using Process child = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), ["prove", model]) { RedirectStandardOutput = true })!;
            string said = await child.StandardOutput.ReadToEndAsync();
            await child.WaitForExitAsync();
            if (child.ExitCode != 0)
            {
                throw new InvalidOperationException($"the proof ended with {child.ExitCode}: {said}");
            }

            proof.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        Console.WriteLine(proof);
    }

    /// <summary>
    /// Captures without a pause, and a switch in the middle of one: how long each waits from the end of the one before, and
    /// how long the longest takes beside the usual one.
    /// </summary>
    private static void Switch(string model, string folder)
    {
        const int Captures = 20, Middle = 10;
        ModelStore store = ModelStore.Open(Path.Combine(folder, "models"));
        using UpdateStand stand = new(store, model, Path.Combine(folder, "models", "request.json"));
        RgbImage picture = new(500, 500);
        for (int i = 0; i < 3; i++)
        {
            stand.Models.Use(m => m.Find(picture));
        }

        stand.Candidate.Find(picture);
        string next = stand.Candidate.Digest;
        List<double> spans = [];
        Task switching = Task.CompletedTask;
        long last = Stopwatch.GetTimestamp();
        for (int i = 0; i < Captures; i++)
        {
            if (i == Middle)
            {
                switching = Task.Run(() => stand.Probation.Switch(stand.Candidate, "one"));
            }

            stand.Models.Use(m => m.Find(picture));
            long now = Stopwatch.GetTimestamp();
            spans.Add(Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
            last = now;
        }

        switching.GetAwaiter().GetResult();
        if (store.Active != next)
        {
            throw new InvalidOperationException("the switch has not taken place");
        }

        double usual = spans.Order().ElementAt(Captures / 2);
        Say("capture, usually", usual, "ms");
        Say($"longest of the {Captures} around a switch", spans.Max(), "ms");
        Say("delayed by more than one inference", spans.Count(span => span > 2 * usual), "captures (0 is wanted)");
        Say("lost", Captures - spans.Count, "captures");
    }

    private static void Say(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-46}{value,9:0.0} {unit}"));

    /// <summary>A model in use, and one that has passed its trial.</summary>
    private sealed class UpdateStand : IDisposable
    {
        public UpdateStand(ModelStore store, string model, string journalFile)
        {
            UpdateJournal journal = new(journalFile);
            journal.Change(_ => new UpdateState
            {
                Request = new DesiredModel { RequestId = "one", Time = DateTimeOffset.UnixEpoch, Target = "leafseg/leafseg.onnx", Version = "1.0.0" },
                State = ModelState.Trial,
            });
            Models = new ModelInUse(LeafModel.Open(model));
            Candidate = LeafModel.Open(store.PathOf(store.Adopt(model)));
            Probation = new ProbationWatch(
                store, journal, Models, file => LeafModel.Open(file), () => model, new TrialOptions(), TimeProvider.System, NullLogger<ProbationWatch>.Instance);
        }

        public ModelInUse Models { get; }

        public LeafModel Candidate { get; }

        public ProbationWatch Probation { get; }

        public void Dispose()
        {
            Probation.Dispose();
            Models.Dispose();
        }
    }
}
