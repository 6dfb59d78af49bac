using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Segmentation;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tracking;
using LeafSeg.Common.Tracking;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Processing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class PlantTrackersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void After_a_restart_at_any_capture_the_leaves_have_the_same_identities()
    {
        using TemporaryFolder other = new();
        using OutboxStore through = OutboxStore.Open(other.Path);
        PlantTrackers always = Trackers(through);
        for (double day = 0; day < 8; day += .5)
        {
            IReadOnlyList<TrackedPlant?> expected = Record(through, always, day);
            using OutboxStore outbox = OutboxStore.Open(folder.Path);
            IReadOnlyList<TrackedPlant?> found = Record(outbox, Trackers(outbox), day);

            Assert.Equal(expected.Select(plant => plant!.Series), found.Select(plant => plant!.Series));
            Assert.Equal(expected.SelectMany(plant => plant!.Leaves), found.SelectMany(plant => plant!.Leaves));
            Assert.Equal(expected.Select(plant => plant!.Count), found.Select(plant => plant!.Count));
            Assert.Equal(expected.SelectMany(plant => plant!.Events), found.SelectMany(plant => plant!.Events));
        }

        Assert.Equal(["p0", "p1"], through.Identities().Select(plant => plant.Plant));
    }

    [Fact]
    public void Identities_are_on_the_disk_with_their_result_or_not_at_all()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Record(outbox, Trackers(outbox), 0);
        byte[] before = outbox.Identities()[0].State;

        Assert.Throws<InvalidDataException>(() => outbox.Record(_ => throw new InvalidDataException(), null, [new PlantIdentities("p0", 2, [1])]));

        Assert.Equal(before, outbox.Identities()[0].State);
        outbox.Record(_ => [1], null, [new PlantIdentities("p0", 2, [1])]);
        Assert.Equal((2, 1), (outbox.Identities()[0].Series, outbox.Identities()[0].State.Length));
    }

    [Fact]
    public void An_outbox_from_before_leaves_had_identities_is_taken_over()
    {
        using (OutboxStore old = OutboxStore.Open(folder.Path))
        {
            old.Record(_ => [1]);
        }

        Execute("DROP TABLE identity");

        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Assert.Equal(1, outbox.Depth);
        Assert.Empty(outbox.Identities());
        Assert.All(Record(outbox, Trackers(outbox), 3)[0]!.Leaves, leaf => Assert.NotNull(leaf.Id));
        Assert.Equal(2, outbox.Identities().Count);
    }

    [Fact]
    public void Damaged_identities_are_given_up_and_their_numbers_never_used_again()
    {
        Restart([(byte)1, 2, 3], out LastLine log, out IReadOnlyList<TrackedPlant?> tracked);

        Assert.Equal(5, tracked[0]!.Series);
        Assert.Equal(1, tracked[1]!.Series);
        Assert.Contains("p0", log.Text, StringComparison.Ordinal);
        Assert.Contains("begin anew as series 5", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_of_a_newer_agent_are_kept_for_it_and_results_go_on_without()
    {
        byte[] newer = [200, 2, 3];
        IReadOnlyList<PlantIdentities> after = Restart(newer, out LastLine log, out IReadOnlyList<TrackedPlant?> tracked);

        Assert.Null(tracked[0]);
        Assert.NotNull(tracked[1]);
        Assert.Equal(newer, after[0].State);
        Assert.Contains("version 200", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_season_takes_no_more_memory_at_its_end_than_at_its_beginning()
    {
        bool isFull = Environment.GetEnvironmentVariable("PROOF_LEVEL") == "full";
        (int captures, int plants) = isFull ? (2000, 20) : (160, 4);
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        PlantTrackers trackers = Trackers(outbox);
        (long early, long most) = (0, 0);
        for (int i = 0; i < captures; i++)
        {
            // Twelve days from seedling to harvest, then another plant.
            double day = i / 6.0;
            Measurement measurement = Measure(plants, day % 12, firstAngle: (int)(day / 12));
            IReadOnlyList<TrackedPlant?> tracked = trackers.Observe(GrowingRosette.Begin.AddDays(day), measurement);
            long sequence = outbox.Record(_ => [1], null, trackers.States(measurement, tracked));
            outbox.Acknowledge(sequence, []);
            if (i % (captures / 8) == captures / 16)
            {
                long now = GC.GetTotalMemory(forceFullCollection: true);
                early = early == 0 ? now : early;
                most = Math.Max(most, now);
            }
        }

        Assert.All(outbox.Identities(), plant => Assert.InRange(plant.State.Length, 100, 40_000));
        Assert.True(isFull ? outbox.Identities().All(plant => plant.Series > 20) : outbox.Identities().All(plant => plant.Series > 1));
        // Other tests of the process allocate too: only a run of this one alone says something about memory.
        Assert.True(!isFull || most - early < plants * 100_000, $"{early} bytes early in the season, {most} later");
    }

    private IReadOnlyList<PlantIdentities> Restart(byte[] state, out LastLine log, out IReadOnlyList<TrackedPlant?> tracked)
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Record(outbox, Trackers(outbox), 0);
        outbox.Record(_ => [1], null, [new PlantIdentities("p0", 4, state)]);
        log = new LastLine();
        tracked = Record(outbox, new PlantTrackers(outbox, log), .5);
        return outbox.Identities();
    }

    private static PlantTrackers Trackers(OutboxStore outbox) => new(outbox, NullLogger<PlantTrackers>.Instance);

    private static IReadOnlyList<TrackedPlant?> Record(OutboxStore outbox, PlantTrackers trackers, double day)
    {
        Measurement measurement = Measure(2, day, 0);
        IReadOnlyList<TrackedPlant?> tracked = trackers.Observe(GrowingRosette.Begin.AddDays(day), measurement);
        outbox.Record(_ => [1], null, trackers.States(measurement, tracked));
        return tracked;
    }

    /// <summary>Plants in a row, each in a picture of 100 x 100 pixels.</summary>
    private static Measurement Measure(int plants, double day, double firstAngle)
    {
        const int Size = 100;
        LabelMap labels = new(plants * Size, Size);
        List<PlantPlace> places = [];
        int first = 1;
        for (int i = 0; i < plants; i++)
        {
            GrowingRosette rosette = new() { Size = Size, Scale = .35, FirstAngle = firstAngle + i };
            LabelMap one = rosette.Draw(day);
            int leaves = rosette.LeavesAt(day);
            for (int p = 0; p < one.Labels.Length; p++)
            {
                if (one.Labels[p] > 0)
                {
                    labels[(i * Size) + (p % Size), p / Size] = (ushort)(one.Labels[p] + first - 1);
                }
            }

            places.Add(new PlantPlace(first, first + leaves - 1, new PixelBox(i * Size, 0, (i + 1) * Size, Size)));
            first += leaves;
        }

        return new Measurement
        {
            Model = new CaptureModel { Name = "leafseg", Version = "1.0.0", Digest = "sha256:0", Provider = "CPU" },
            Quality = new FrameQuality(0, 0, 0),
            Frozen = false,
            Found = new PottedLeaves
            {
                Leaves = [.. Enumerable.Range(0, first - 1).Select(_ => new LeafInstance { Box = new Box(0, 0, 1, 1), Score = .97f, Mask = [1], MaskSize = 1 })],
                Pots = [.. places.Select((place, i) => new Pot($"p{i}", place.Visible))],
                MarginPx = 0,
                Places = places,
            },
            Labels = labels,
            Colours = [],
            Plants = PlantTraits.MeasureEach(labels, places, null),
            Scale = null,
            QueueMs = 0,
            InferMs = 0,
            MeasureMs = 0,
        };
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(folder.Path, "outbox.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class LastLine : ILogger<PlantTrackers>
    {
        public string Text { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Text = formatter(state, exception);
    }
}
