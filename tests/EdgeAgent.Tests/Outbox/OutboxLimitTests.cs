using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

public sealed class OutboxLimitTests : IDisposable
{
    private static readonly int Whole = MessageJson.Write(Captures.Any(1)).Length;
    private static readonly int Short = MessageJson.Write(Captures.Any(1).WithoutLeaves()).Length;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_give_up_their_share_before_results_lose_anything()
    {
        OutboxLimit limit = new(OwnBytes: 1000, PictureBytes: 400);
        Assert.Equal([400, 400, 100, 0, 0], new long[] { 0, 1000, 1300, 1400, 9000 }.Select(limit.LeftForPictures));

        using OutboxStore outbox = OutboxStore.Open(folder.Path, new OutboxLimit(Whole, 2 * Whole));
        for (int i = 0; i < 3; i++)
        {
            Record(outbox);
        }

        Assert.Equal((3, 0, 0), (outbox.Depth, outbox.Shortened, outbox.Dropped));
        Assert.Equal(0, outbox.Limit.LeftForPictures(outbox.Bytes));
    }

    [Fact]
    public void Then_the_oldest_results_lose_their_leaves_and_last_of_all_the_oldest_results_go()
    {
        int room = (2 * Whole) + Short;
        using OutboxStore outbox = OutboxStore.Open(folder.Path, new OutboxLimit(room, 0));
        for (int i = 0; i < 3; i++)
        {
            Record(outbox);
        }

        Assert.Equal((3, 1, 0), (outbox.Depth, outbox.Shortened, outbox.Dropped));
        CaptureResult oldest = MessageJson.ReadCapture(outbox.Oldest()!.Payload);
        Assert.Equal((1, 2), (oldest.Sequence, oldest.Plants[0].LeafCount));
        Assert.Equal(["leaves"], oldest.Omitted);

        for (int i = 0; i < 40; i++)
        {
            Record(outbox);
            Assert.InRange(outbox.Bytes, 1, room);
        }

        Assert.True(outbox.Dropped > 0);
        Assert.Equal(43, outbox.Depth + outbox.Dropped);
        Assert.Equal(outbox.Dropped + 1, outbox.Oldest()!.Sequence);
    }

    [Fact]
    public void The_bytes_are_right_after_a_restart_and_zero_when_all_is_acknowledged()
    {
        using (OutboxStore before = OutboxStore.Open(folder.Path, new OutboxLimit(1_000_000, 0)))
        {
            Record(before);
            Record(before);
        }

        using OutboxStore after = OutboxStore.Open(folder.Path, new OutboxLimit(1_000_000, 0));
        Assert.Equal(2 * Whole, after.Bytes);
        after.Acknowledge(1, []);
        after.Acknowledge(1, []);
        Assert.Equal((Whole, 1), (after.Bytes, after.Depth));
        after.Acknowledge(2, []);
        Assert.Equal((0, 0), (after.Bytes, after.Depth));
    }

    [Fact]
    public void The_alarm_comes_before_anything_is_given_up_and_goes_when_there_is_room()
    {
        AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
        using OutboxStore outbox = OutboxStore.Open(folder.Path, new OutboxLimit(5 * Whole, 0));
        OutboxWatch watch = new(outbox, alarms);
        List<string> seen = [];
        for (int i = 0; i < 40; i++)
        {
            Record(outbox);
            watch.Look();
            if (alarms.Lasting.ContainsKey(AlarmCode.OutboxFilling) && seen.Count == 0)
            {
                seen.Add($"filling {outbox.Shortened} {outbox.Dropped}");
            }
        }

        Assert.Equal(["filling 0 0"], seen);
        Assert.Contains("oldest results are given up", alarms.Lasting[AlarmCode.OutboxFull].Detail, StringComparison.Ordinal);
        while (outbox.Oldest() is { } entry)
        {
            outbox.Acknowledge(entry.Sequence, []);
        }

        watch.Look();
        Assert.Empty(alarms.Lasting);
    }

    [Fact]
    public void A_second_outage_is_not_blamed_for_what_the_first_gave_up()
    {
        AlarmBoard alarms = new(TimeProvider.System, NullLogger<AlarmBoard>.Instance);
        using OutboxStore outbox = OutboxStore.Open(folder.Path, new OutboxLimit(5 * Whole, 0));
        OutboxWatch watch = new(outbox, alarms);
        Outage();
        Assert.Contains(AlarmCode.OutboxFull, alarms.Lasting.Keys);
        while (outbox.Oldest() is { } entry)
        {
            outbox.Acknowledge(entry.Sequence, []);
        }

        watch.Look();

        long dropped = outbox.Dropped;
        long shortened = outbox.Shortened;
        while (!alarms.Lasting.ContainsKey(AlarmCode.OutboxFilling))
        {
            Record(outbox);
            watch.Look();
        }

        Assert.Equal((dropped, shortened), (outbox.Dropped, outbox.Shortened));
        Assert.Equal([AlarmCode.OutboxFilling], alarms.Lasting.Keys);
        Outage();
        Assert.Contains("oldest results are given up", alarms.Lasting[AlarmCode.OutboxFull].Detail, StringComparison.Ordinal);

        void Outage()
        {
            for (int i = 0; i < 40; i++)
            {
                Record(outbox);
                watch.Look();
            }
        }
    }

    private static void Record(OutboxStore outbox) => outbox.Record(sequence => MessageJson.Write(Captures.Any(sequence % 10)));
}
