using System.Text;
using CsCheck;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Commands;
using LeafSeg.EdgeAgent.Publishing;

namespace LeafSeg.EdgeAgent.Tests.Publishing;

public sealed class OutboxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Results_come_out_in_the_order_of_their_recording_until_they_are_acknowledged()
    {
        using Outbox outbox = Outbox.Open(folder.Path);
        foreach (string result in (string[])["a", "b", "c"])
            Record(outbox, result);
        Assert.Equal(3, outbox.Depth);
        for (long sequence = 1; sequence <= 3; sequence++)
        {
            OutboxEntry entry = outbox.Oldest()!;
            Assert.Equal((sequence, $"{"abc"[(int)sequence - 1]}{sequence}", false), (entry.Sequence, Text(entry), entry.FromEarlierRun));
            outbox.Acknowledge(sequence, []);
        }

        Assert.Null(outbox.Oldest());
        Assert.Equal(0, outbox.Depth);
    }

    [Fact]
    public void What_is_not_acknowledged_is_there_after_a_restart_and_the_numbers_go_on()
    {
        using (Outbox before = Outbox.Open(folder.Path))
        {
            Record(before, "a");
            Record(before, "b");
            before.Acknowledge(1, []);
        }

        using Outbox after = Outbox.Open(folder.Path);
        Assert.Equal(3, Record(after, "c"));
        Assert.Equal((2, true), (after.Oldest()!.Sequence, after.Oldest()!.FromEarlierRun));
        after.Acknowledge(2, []);
        Assert.Equal((3, false), (after.Oldest()!.Sequence, after.Oldest()!.FromEarlierRun));
    }

    [Fact]
    public void A_result_that_cannot_be_composed_leaves_no_hole()
    {
        using Outbox outbox = Outbox.Open(folder.Path);
        Record(outbox, "a");
        Assert.Throws<InvalidDataException>(() => outbox.Record(_ => throw new InvalidDataException()));
        Assert.Equal(2, Record(outbox, "b"));
        Assert.Equal(2, outbox.Depth);
    }

    [Fact]
    public void Whatever_is_recorded_acknowledged_and_restarted_nothing_is_lost_or_comes_twice()
    {
        Gen.Int[0, 2].Array[1, 40].Sample(
            steps =>
            {
                using TemporaryFolder own = new();
                Outbox outbox = Outbox.Open(own.Path);
                Queue<long> expected = new();
                long last = 0;
                foreach (int step in steps)
                {
                    if (step == 0)
                    {
                        expected.Enqueue(++last);
                        Assert.Equal(last, Record(outbox, "x"));
                    }
                    else if (step == 1 && expected.TryDequeue(out long oldest))
                    {
                        Assert.Equal(oldest, outbox.Oldest()!.Sequence);
                        outbox.Acknowledge(oldest, []);
                    }
                    else if (step == 2)
                    {
                        outbox.Dispose();
                        outbox = Outbox.Open(own.Path);
                    }

                    Assert.Equal(expected.Count, outbox.Depth);
                }

                outbox.Dispose();
            },
            iter: 15);
    }

    [Fact]
    public void The_newest_numbers_of_a_plant_wait_to_be_sent_and_no_older_result_turns_them_back()
    {
        using Outbox outbox = Outbox.Open(folder.Path);
        outbox.Acknowledge(5, [("a3", "five"u8.ToArray())]);
        outbox.AcknowledgePlant(Assert.Single(outbox.UnsentPlants()));
        Assert.Empty(outbox.UnsentPlants());

        outbox.Acknowledge(4, [("a3", "four"u8.ToArray()), ("a4", "four"u8.ToArray())]);
        Assert.Equal("a4", Assert.Single(outbox.UnsentPlants()).Plant);

        outbox.Acknowledge(6, [("a3", "six"u8.ToArray())]);
        Assert.Equal(["a3 six", "a4 four"], outbox.UnsentPlants().Select(p => $"{p.Plant} {Encoding.UTF8.GetString(p.Payload)}"));
    }

    [Fact]
    public void A_plant_that_became_newer_while_it_was_sent_is_sent_again()
    {
        using Outbox outbox = Outbox.Open(folder.Path);
        outbox.Acknowledge(1, [("a3", "one"u8.ToArray())]);
        PlantEntry sending = Assert.Single(outbox.UnsentPlants());
        outbox.Acknowledge(2, [("a3", "two"u8.ToArray())]);
        outbox.AcknowledgePlant(sending);
        Assert.Equal(2, Assert.Single(outbox.UnsentPlants()).Sequence);
    }

    [Fact]
    public async Task Whoever_waits_for_a_result_gets_it_when_it_is_recorded()
    {
        using Outbox outbox = Outbox.Open(folder.Path);
        Task<OutboxEntry> waiting = outbox.OldestAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        Record(outbox, "a");
        Assert.Equal(1, (await waiting).Sequence);
    }

    [Fact]
    public void A_new_store_has_another_id()
    {
        using TemporaryFolder other = new();
        using Outbox one = Outbox.Open(folder.Path);
        using Outbox two = Outbox.Open(other.Path);
        Assert.NotEqual(one.StoreId, two.StoreId);
    }

    [Fact]
    public void A_second_agent_on_the_same_folder_is_told_so()
    {
        using Outbox first = Outbox.Open(folder.Path);
        AgentException second = Assert.Throws<AgentException>(() => Outbox.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, second.ExitCode);
        Assert.Contains("another leafseg-agent uses this folder", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_outbox_is_told_and_not_touched()
    {
        string path = Path.Combine(folder.Path, "outbox.db");
        string content = string.Join(' ', Enumerable.Repeat("not a database", 100));
        File.WriteAllText(path, content);
        AgentException wrong = Assert.Throws<AgentException>(() => Outbox.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, wrong.ExitCode);
        Assert.Equal(content, File.ReadAllText(path));
    }

    private static long Record(Outbox outbox, string text) => outbox.Record(sequence => Encoding.UTF8.GetBytes($"{text}{sequence}"));

    private static string Text(OutboxEntry entry) => Encoding.UTF8.GetString(entry.Payload);
}
