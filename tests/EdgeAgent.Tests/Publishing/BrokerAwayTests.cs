using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Outbox;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

/// <summary>A broker that is away for a week, simulated, while a result comes every ten minutes and the room does not suffice.</summary>
public sealed class BrokerAwayTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private const int Week = 7 * 24 * 6;

    [Fact]
    public async Task A_week_without_the_broker_keeps_within_the_room_and_all_that_is_left_goes_out_in_order()
    {
        int whole = MessageJson.Write(Captures.Any(Week)).Length;
        int shortened = MessageJson.Write(Captures.Any(Week).WithoutLeaves()).Length;
        OutboxLimit limit = new(OwnBytes: 300 * whole, PictureBytes: 100 * whole);
        Assert.True(Week * (long)shortened > limit.WithoutPicturesBytes, "the week must not fit");
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        await using LinkBench bench = new(time, limit);

        // It was there once, took a result and says nothing more.
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(LinkBench.Now);
        await bench.Publishing.StartAsync(LinkBench.Now);
        bench.Record();
        await LinkBench.UntilAsync(() => bench.Outbox.Depth == 0);
        bench.Server!.Dispose();
        bench.Received.Clear();
        await LinkBench.UntilAsync(() => !bench.Link.Status.Connected);

        List<string> steps = [];
        for (int i = 0; i < Week; i++)
        {
            time.Advance(Every);
            bench.Record();
            bench.Watch.Look();
            AssertWithin(limit, bench.Outbox);
            Note(steps, bench);
        }

        Assert.Equal(["", "filling", "filling, full, shortened", "filling, full, shortened, dropped"], steps);
        Assert.False(bench.Link.Status.Connected);
        Assert.Equal(Week, bench.Outbox.Depth + bench.Outbox.Dropped);

        long waiting = bench.Outbox.Depth;
        long first = bench.Outbox.Dropped + 2;
        await bench.StartBrokerAsync();
        await LinkBench.UntilAsync(() =>
        {
            // The link waits for its next attempt.
            if (!bench.Link.Status.Connected)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            return bench.Outbox.Depth == 0 && bench.Outbox.UnsentPlants().Count == 0;
        });

        CaptureResult[] received = [.. bench.On(bench.Topics.Capture).Select(c => MessageJson.ReadCapture(Encoding.UTF8.GetBytes(c))).Where(c => c.Sequence > 1)];
        Assert.Equal(Enumerable.Range(0, (int)waiting).Select(i => first + i), received.Select(c => c.Sequence));
        Assert.Equal(waiting, received.Select(c => c.Id).Distinct().Count());
        Assert.Equal(["leaves"], received[0].Omitted);
        Assert.NotNull(received[^1].Plants[0].Leaves);
        long[] sequences = [.. bench.On(bench.Topics.Plant("a3")).Select(p => MessageJson.ReadPlant(Encoding.UTF8.GetBytes(p)).Sequence)];
        Assert.Equal(sequences.Order(), sequences);
        Assert.Equal(Week + 1, sequences[^1]);
        Assert.Equal((0, 0), (bench.Alarms.Lasting.Count, bench.Outbox.Bytes));
        Assert.InRange(bench.Outbox.KeptBytes, 1, limit.OwnBytes);
    }

    private static void AssertWithin(OutboxLimit limit, OutboxStore outbox)
    {
        Assert.InRange(outbox.Bytes, 1, limit.WithoutPicturesBytes);
        Assert.InRange(outbox.Bytes + outbox.KeptBytes, 1, Math.Max(limit.OwnBytes, outbox.Bytes));

        // Leaves go only when no pictures are left to go, and a result only when no other has leaves to give.
        Assert.True(outbox.Shortened == 0 || limit.LeftForPictures(outbox.Bytes) < limit.PictureBytes / 50);
        Assert.True(outbox.Dropped == 0 || outbox.Shortened >= outbox.Depth + outbox.Dropped - 2);
    }

    /// <summary>What has been discarded so far and the alarm's text, each time it changes.</summary>
    private static void Note(List<string> steps, LinkBench bench)
    {
        IEnumerable<string> now =
        [
            .. bench.Alarms.Lasting.ContainsKey(AlarmCode.OutboxFilling) ? ["filling"] : (string[])[],
            .. bench.Alarms.Lasting.ContainsKey(AlarmCode.OutboxFull) ? ["full"] : (string[])[],
            .. bench.Outbox.Shortened > 0 ? ["shortened"] : (string[])[],
            .. bench.Outbox.Dropped > 0 ? ["dropped"] : (string[])[],
        ];
        string step = string.Join(", ", now);
        if (steps.Count == 0 || steps[^1] != step)
        {
            steps.Add(step);
        }
    }
}
