using System.Text;
using CsCheck;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

public sealed class OutboxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Results_come_out_in_the_order_of_their_recording_until_they_are_acknowledged()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        foreach (string result in (string[])["a", "b", "c"])
        {
            Record(outbox, result);
        }

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
        using (OutboxStore before = OutboxStore.Open(folder.Path))
        {
            Record(before, "a");
            Record(before, "b");
            before.Acknowledge(1, []);
        }

        using OutboxStore after = OutboxStore.Open(folder.Path);
        Assert.Equal(3, Record(after, "c"));
        Assert.Equal((2, true), (after.Oldest()!.Sequence, after.Oldest()!.FromEarlierRun));
        after.Acknowledge(2, []);
        Assert.Equal((3, false), (after.Oldest()!.Sequence, after.Oldest()!.FromEarlierRun));
    }

    [Fact]
    public void The_file_gives_back_what_a_long_outage_took()
    {
        string file = Path.Combine(folder.Path, "outbox.db");
        using (OutboxStore outbox = OutboxStore.Open(folder.Path, resend: new ResendWindow(TimeSpan.Zero, 0)))
        {
            byte[] result = new byte[100_000];
            for (int i = 0; i < 300; i++)
            {
                outbox.Record(_ => result);
            }

            for (long sequence = 1; sequence <= 300; sequence++)
            {
                outbox.Acknowledge(sequence, []);
            }

            Assert.Equal((0, 0), (outbox.Bytes, outbox.KeptBytes));
        }

        Assert.InRange(new FileInfo(file).Length, 1, 6_000_000);
        using OutboxStore after = OutboxStore.Open(folder.Path);
        Assert.Equal(301, Record(after, "a"));
    }

    [Fact]
    public void A_result_that_cannot_be_composed_leaves_no_hole()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Record(outbox, "a");
        Assert.Throws<InvalidDataException>(() => outbox.Record(_ => throw new InvalidDataException()));
        Assert.Equal(2, Record(outbox, "b"));
        Assert.Equal(2, outbox.Depth);
    }

    [Fact]
    public void What_is_acknowledged_goes_again_over_a_new_connection_in_order_and_before_what_waits()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        foreach (string result in (string[])["a", "b", "c"])
        {
            Record(outbox, result);
        }

        Assert.True(outbox.Acknowledge(1, []));
        Assert.True(outbox.Acknowledge(2, []));
        outbox.SendAgain();
        Assert.Equal(1, outbox.Depth);
        Assert.Equal("a1", Text(outbox.Oldest()!));
        Assert.False(outbox.Acknowledge(1, []));

        // The connection is lost once more before all of it went.
        outbox.SendAgain();
        List<string> sent = [];
        while (outbox.Oldest() is { } entry)
        {
            sent.Add(Text(entry));
            Assert.Equal(entry.Sequence == 3, outbox.Acknowledge(entry.Sequence, []));
        }

        Assert.Equal(["a1", "b2", "c3"], sent);
        Assert.Equal(0, outbox.Depth);
    }

    [Fact]
    public void What_is_acknowledged_is_kept_as_long_as_a_broker_may_not_have_written_it_and_over_a_restart()
    {
        FakeTimeProvider time = new();
        ResendWindow window = new(TimeSpan.FromMinutes(10), 1000);
        using (OutboxStore before = OutboxStore.Open(folder.Path, resend: window, time: time))
        {
            for (int i = 0; i < 40; i++)
            {
                before.Acknowledge(Record(before, "x"), []);
                time.Advance(TimeSpan.FromMinutes(1));
            }

            // Those of the last ten minutes, and no more than are deleted at once.
            long[] kept = Again(before);
            Assert.InRange(kept.Length, 10, 27);
            Assert.Equal(Enumerable.Range(41 - kept.Length, kept.Length).Select(i => (long)i), kept);
        }

        using OutboxStore after = OutboxStore.Open(folder.Path, resend: window, time: time);
        time.Advance(TimeSpan.FromDays(7));
        Record(after, "new");
        long[] again = Again(after);
        Assert.InRange(again.Length, 11, 28);
        Assert.Equal(41, again[^1]);
    }

    [Fact]
    public void What_is_kept_to_be_sent_again_has_its_own_limit_and_makes_room_for_what_waits()
    {
        byte[] payload = new byte[100];
        using OutboxStore outbox = OutboxStore.Open(folder.Path, new OutboxLimit(2000, PictureBytes: 500), new ResendWindow(TimeSpan.FromHours(1), 1000));
        for (int i = 0; i < 50; i++)
        {
            outbox.Acknowledge(outbox.Record(_ => payload), []);
            Assert.InRange(outbox.KeptBytes, 100 * Math.Min(i + 1, 8), 1000);
        }

        for (int i = 0; i < 20; i++)
        {
            outbox.Record(_ => payload);
            Assert.InRange(outbox.KeptBytes + outbox.Bytes, 0, 2000);
        }

        Assert.Equal((20, 2000, 0, 0), (outbox.Depth, outbox.Bytes, outbox.KeptBytes, outbox.Dropped));
        Assert.Equal(500, outbox.Limit.LeftForPictures(outbox.Bytes));
    }

    [Fact]
    public void An_outbox_of_the_first_version_is_taken_over_with_all_that_waits_in_it()
    {
        using (SqliteConnection old = new($"Data Source={Path.Combine(folder.Path, "outbox.db")};Pooling=False"))
        {
            old.Open();
            using SqliteCommand write = old.CreateCommand();
            write.CommandText = """
                CREATE TABLE store (id TEXT NOT NULL, last_sequence INTEGER NOT NULL) STRICT;
                CREATE TABLE result (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
                CREATE TABLE plant (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL, payload BLOB NOT NULL, sent INTEGER NOT NULL) STRICT;
                INSERT INTO store VALUES ('abc', 7);
                INSERT INTO result VALUES (6, x'61'), (7, x'62');
                PRAGMA user_version = 1;
                """;
            write.ExecuteNonQuery();
        }

        for (int run = 0; run < 2; run++)
        {
            using OutboxStore outbox = OutboxStore.Open(folder.Path);
            Assert.Equal(("abc", 2), (outbox.StoreId, outbox.Depth));
            Assert.Equal("a", Encoding.UTF8.GetString(outbox.Oldest()!.Payload));
        }
    }

    [Fact]
    public void Whatever_is_recorded_acknowledged_sent_again_and_restarted_nothing_is_lost_and_order_is_kept()
    {
        Gen.Int[0, 3].Array[1, 40].Sample(
            steps =>
            {
                using TemporaryFolder own = new();
                OutboxStore outbox = OutboxStore.Open(own.Path);
                (long last, long acknowledged, long sent) = (0, 0, 0);
                foreach (int step in steps)
                {
                    if (step == 0)
                    {
                        Assert.Equal(++last, Record(outbox, "x"));
                    }
                    else if (step == 1)
                    {
                        Assert.Equal(sent < last ? sent + 1 : (long?)null, outbox.Oldest()?.Sequence);
                        if (sent == last)
                        {
                            continue;
                        }

                        Assert.Equal(++sent > acknowledged, outbox.Acknowledge(sent, []));
                        acknowledged = Math.Max(acknowledged, sent);
                    }
                    else if (step == 2)
                    {
                        outbox.Dispose();
                        outbox = OutboxStore.Open(own.Path);
                        sent = acknowledged;
                    }
                    else
                    {
                        outbox.SendAgain();
                        sent = 0;
                    }

                    Assert.Equal(last - acknowledged, outbox.Depth);
                }

                outbox.Dispose();
            },
            iter: 15);
    }

    [Fact]
    public void The_newest_numbers_of_a_plant_wait_to_be_sent_and_no_older_result_turns_them_back()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
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
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        outbox.Acknowledge(1, [("a3", "one"u8.ToArray())]);
        PlantEntry sending = Assert.Single(outbox.UnsentPlants());
        outbox.Acknowledge(2, [("a3", "two"u8.ToArray())]);
        outbox.AcknowledgePlant(sending);
        Assert.Equal(2, Assert.Single(outbox.UnsentPlants()).Sequence);
    }

    [Fact]
    public async Task Whoever_waits_for_a_result_gets_it_when_it_is_recorded()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Task more = outbox.More;
        Assert.Null(outbox.Oldest());
        Assert.False(more.IsCompleted);
        Record(outbox, "a");
        await more;
        Assert.Equal(1, outbox.Oldest()!.Sequence);
    }

    [Fact]
    public void What_was_known_of_the_triggers_with_the_newest_result_is_there_after_a_restart()
    {
        TriggerCheckpoint mark = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero), "9c1e4a7d", Missed: 7);
        using (OutboxStore before = OutboxStore.Open(folder.Path))
        {
            Assert.Null(before.EarlierMark);
            before.Record(_ => [1], mark with { Missed = 3 });
            before.Record(_ => [1], mark);
            before.Record(_ => [1]);
        }

        using OutboxStore after = OutboxStore.Open(folder.Path);
        Assert.Equal(mark, after.EarlierMark);
    }

    [Fact]
    public void A_new_store_has_another_id()
    {
        using TemporaryFolder other = new();
        using OutboxStore one = OutboxStore.Open(folder.Path);
        using OutboxStore two = OutboxStore.Open(other.Path);
        Assert.NotEqual(one.StoreId, two.StoreId);
    }

    [Fact]
    public void A_second_agent_on_the_same_folder_is_told_so()
    {
        using OutboxStore first = OutboxStore.Open(folder.Path);
        AgentException second = Assert.Throws<AgentException>(() => OutboxStore.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, second.ExitCode);
        Assert.Contains("another leafseg-agent uses this folder", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_outbox_is_told_and_not_touched()
    {
        string path = Path.Combine(folder.Path, "outbox.db");
        string content = string.Join(' ', Enumerable.Repeat("not a database", 100));
        File.WriteAllText(path, content);
        AgentException wrong = Assert.Throws<AgentException>(() => OutboxStore.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, wrong.ExitCode);
        Assert.Equal(content, File.ReadAllText(path));
    }

    /// <summary>What a new connection begins with.</summary>
    private static long[] Again(OutboxStore outbox)
    {
        List<long> sent = [];
        outbox.SendAgain();
        while (outbox.Oldest() is { } entry)
        {
            sent.Add(entry.Sequence);
            outbox.Acknowledge(entry.Sequence, []);
        }

        return [.. sent];
    }

    private static long Record(OutboxStore outbox, string text) => outbox.Record(sequence => Encoding.UTF8.GetBytes($"{text}{sequence}"));

    private static string Text(OutboxEntry entry) => Encoding.UTF8.GetString(entry.Payload);
}
