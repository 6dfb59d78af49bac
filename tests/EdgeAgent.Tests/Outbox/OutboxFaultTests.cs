using System.Globalization;
using System.Text;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

/// <summary>
/// Failures 11 and 12 of the field: each operation on the outbox's files fails in turn, is done half, or is the last one
/// before the power goes.
/// </summary>
public sealed class OutboxFaultTests
{
    private const int MostOperations = 2000;

    [Theory]
    [InlineData(FaultKind.Full)]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.Torn)]
    [InlineData(FaultKind.Stop)]
    internal void Whichever_operation_fails_nothing_recorded_is_lost_and_nothing_is_corrupt(FaultKind kind)
    {
        int at = 1;
        while (true)
        {
            using TemporaryFolder folder = new();
            Life life = new();
            Live(folder.Path, life, new Fault(FaultKind.Error, int.MaxValue));
            Fault fault = new(kind, at);
            Live(folder.Path, life, fault);
            AssertWhole(folder.Path, life, $"{kind} at operation {at}");
            if (!fault.Struck)
            {
                break;
            }

            Assert.True(++at < MostOperations, "the life of the outbox does not end");
        }

        Assert.True(at > 40, $"only {at} operations were reached");
    }

    [Fact]
    public void A_disk_that_is_well_again_takes_the_next_result_without_a_restart()
    {
        using TemporaryFolder folder = new();
        try
        {
            FaultyDisk.Befall(null);
            using OutboxStore outbox = OutboxStore.Open(folder.Path);
            outbox.Record(Payload);
            FaultyDisk.Befall(new Fault(FaultKind.Stop, at: 1));
            for (int i = 0; i < 5; i++)
            {
                Assert.Throws<SqliteException>(() => outbox.Record(Payload));
            }

            FaultyDisk.Befall(null);
            Assert.Equal(2, outbox.Record(Payload));
            Assert.Equal(2, outbox.Depth);
        }
        finally
        {
            FaultyDisk.Befall(null);
        }
    }

    /// <summary>Failure 13 of the field: the flash is worn out.</summary>
    [Fact]
    public void A_result_that_comes_and_goes_costs_the_flash_no_more_than_a_dozen_pages()
    {
        const int Results = 500;
        using TemporaryFolder folder = new();
        Fault counting = new(FaultKind.Error, int.MaxValue);
        FaultyDisk.Befall(counting);
        try
        {
            using (OutboxStore outbox = OutboxStore.Open(folder.Path))
            {
                for (int i = 0; i < Results; i++)
                {
                    long sequence = outbox.Record(Payload);
                    outbox.Acknowledge(sequence, [("a3", Encoding.UTF8.GetBytes(new string('p', 500)))]);
                    outbox.AcknowledgePlant(outbox.UnsentPlants()[0]);
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{counting.BytesWritten / Results} bytes a result of {Payload(1).Length}"));
            Assert.InRange(counting.BytesWritten / Results, Payload(1).Length, 12 * 4096);
        }
        finally
        {
            FaultyDisk.Befall(null);
        }
    }

    [Fact]
    public void What_is_sent_again_costs_the_flash_nothing()
    {
        using TemporaryFolder folder = new();
        Fault counting = new(FaultKind.Error, int.MaxValue);
        FaultyDisk.Befall(counting);
        try
        {
            using OutboxStore outbox = OutboxStore.Open(folder.Path);
            for (int i = 0; i < 20; i++)
            {
                outbox.Acknowledge(outbox.Record(Payload), [("a3", Payload(i))]);
            }

            outbox.SendAgain();
            long before = counting.BytesWritten;
            for (int i = 0; i < 20; i++)
            {
                outbox.Acknowledge(outbox.Oldest()!.Sequence, [("a3", Payload(i))]);
            }

            Assert.Equal(before, counting.BytesWritten);
        }
        finally
        {
            FaultyDisk.Befall(null);
        }
    }

    /// <summary>From opening to closing, in the order of the agent: what fails is tried again, unless the power is gone.</summary>
    private static void Live(string folder, Life life, Fault fault)
    {
        FaultyDisk.Befall(fault);
        try
        {
            using OutboxStore outbox = OutboxStore.Open(folder, new OutboxLimit(1_000_000, 0), new ResendWindow(TimeSpan.FromHours(1), 4000));
            for (int i = 0; i < 3; i++)
            {
                Record(outbox, life, fault);
            }

            Acknowledge(outbox, life);
            Record(outbox, life, fault);

            // The second that is acknowledged takes the room of the first.
            Acknowledge(outbox, life);
            outbox.SendAgain();
        }
        catch (AgentException e)
        {
            Assert.Equal(ExitCode.Machine, e.ExitCode);
            Assert.Contains("outbox.db", e.Message, StringComparison.Ordinal);
        }
        catch (SqliteException)
        {
            // On reading or closing.
        }
        finally
        {
            FaultyDisk.Befall(null);
        }
    }

    private static void Record(OutboxStore outbox, Life life, Fault fault)
    {
        for (int tries = 0; tries < 3; tries++)
        {
            try
            {
                fault.IsDirty = false;
                long sequence = outbox.Record(Payload);
                Assert.False(fault.IsDirty, "recorded, but not on the disk");
                Assert.True(life.Recorded.Add(sequence), $"{sequence} was given twice");
                return;
            }
            catch (SqliteException)
            {
                if (fault.Kind == FaultKind.Stop)
                {
                    return;
                }
            }
        }

        Assert.Fail("one fault must not keep a result out three times");
    }

    private static void Acknowledge(OutboxStore outbox, Life life)
    {
        if (outbox.Oldest() is not { } oldest)
        {
            return;
        }

        try
        {
            outbox.Acknowledge(oldest.Sequence, [("a3", oldest.Payload)]);
            life.Acknowledged.Add(oldest.Sequence);
        }
        catch (SqliteException)
        {
            life.InDoubt.Add(oldest.Sequence);
        }
    }

    private static void AssertWhole(string folder, Life life, string when)
    {
        using (SqliteConnection connection = new($"Data Source={Path.Combine(folder, "outbox.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand check = connection.CreateCommand();
            check.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", check.ExecuteScalar());
        }

        using OutboxStore outbox = OutboxStore.Open(folder);
        List<long> waiting = [];
        while (outbox.Oldest() is { } oldest)
        {
            Assert.Equal(Payload(oldest.Sequence), oldest.Payload);
            waiting.Add(oldest.Sequence);
            outbox.Acknowledge(oldest.Sequence, []);
        }

        long newest = life.Recorded.Max();
        Assert.True(
            life.Recorded.Except(life.Acknowledged).Except(life.InDoubt).All(waiting.Contains),
            $"{when}: recorded {string.Join(' ', life.Recorded)}, acknowledged {string.Join(' ', life.Acknowledged)}, found {string.Join(' ', waiting)}");

        // What was acknowledged may be among it: it is sent again anyway. What is there is there once, in order.
        Assert.Equal(waiting.Order().Distinct(), waiting);

        // A result whose recording failed at the last moment may be there all the same: under the next number, once.
        long next = outbox.Record(Payload);
        Assert.InRange(next, newest + 1, newest + 2);
        Assert.Equal(next == newest + 2, waiting.Contains(newest + 1));
    }

    private static byte[] Payload(long sequence) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"result {sequence} {new string('x', 3000)}"));

    /// <summary>What the agent believes.</summary>
    private sealed class Life
    {
        public SortedSet<long> Recorded { get; } = [];

        public SortedSet<long> Acknowledged { get; } = [];

        /// <summary>The acknowledgement failed: it may be there or not.</summary>
        public SortedSet<long> InDoubt { get; } = [];
    }
}
