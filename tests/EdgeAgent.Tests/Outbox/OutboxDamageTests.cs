using System.Text;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Outbox;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

/// <summary>A row or a page of the outbox that cannot be read takes no other result with it.</summary>
public sealed class OutboxDamageTests : IDisposable
{
    private const int Results = 40;
    private readonly TemporaryFolder folder = new();

    private string DatabasePath => Path.Combine(folder.Path, "outbox.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_torn_page_costs_the_results_that_lie_on_it_and_no_other()
    {
        Fill();
        Tear(Encoding.UTF8.GetBytes("payload 20 "));

        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        List<long> read = [];
        while (outbox.Oldest() is { } entry)
        {
            Assert.StartsWith($"payload {entry.Sequence} ", Encoding.UTF8.GetString(entry.Payload), StringComparison.Ordinal);
            read.Add(entry.Sequence);
            outbox.Acknowledge(entry.Sequence, []);
        }

        Assert.NotEmpty(read);
        Assert.DoesNotContain(20, read);
        Assert.InRange(read.Count, Results - 8, Results - 1);
        Assert.Equal((0, 0L), (outbox.Depth, outbox.Bytes));
        Assert.Contains("results were saved", outbox.Damage, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(folder.Path, "outbox.db.damaged-*"));

        // Numbers go on, and the saved file is whole.
        Assert.Equal(Results + 1, outbox.Record(_ => [1]));
    }

    [Fact]
    public void A_damaged_file_still_takes_results()
    {
        Fill();
        Tear(Encoding.UTF8.GetBytes("payload 40 "));
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        Assert.Equal(Results + 1, outbox.Record(_ => Encoding.UTF8.GetBytes("new")));
    }

    [Fact]
    public void A_result_that_is_taken_out_leaves_the_others_and_the_sums_right()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        foreach (int size in (int[])[10, 20, 30])
        {
            outbox.Record(_ => new byte[size]);
        }

        outbox.Remove(1);
        Assert.Equal((2, 50L), (outbox.Depth, outbox.Bytes));
        Assert.Equal(2, outbox.Oldest()!.Sequence);
        outbox.Acknowledge(2, []);
        Assert.Equal((1, 30L, 20L), (outbox.Depth, outbox.Bytes, outbox.KeptBytes));
        outbox.Remove(2);
        Assert.Equal((1, 0L), (outbox.Depth, outbox.KeptBytes));
    }

    /// <summary>Payloads of more than a page, as results of trays are: most of each lies on pages of its own.</summary>
    private void Fill()
    {
        using OutboxStore outbox = OutboxStore.Open(folder.Path);
        for (int i = 0; i < Results; i++)
        {
            outbox.Record(sequence => Encoding.UTF8.GetBytes($"payload {sequence} {new string('x', 1500)}"));
        }
    }

    /// <summary>Overwrites the page on which the text is found, as a write that was torn does.</summary>
    private void Tear(byte[] text)
    {
        byte[] file = File.ReadAllBytes(DatabasePath);
        int at = file.AsSpan().IndexOf(text);
        Assert.True(at > 0);
        int page = at / 4096 * 4096;
        Assert.True(page > 0);
        file.AsSpan(page, 4096).Fill(0xa5);
        File.WriteAllBytes(DatabasePath, file);
    }
}
