using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Overlays;

namespace LeafSeg.EdgeAgent.Tests.Overlays;

public sealed class OverlayRingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_the_newest_are_kept_also_over_a_restart()
    {
        OverlayRing before = new(folder.Path, keep: 3);
        for (long sequence = 8; sequence <= 11; sequence++)
        {
            before.Write(sequence, Guid.NewGuid(), [1]);
        }

        OverlayRing after = new(folder.Path, keep: 3);
        after.Write(12, Guid.NewGuid(), [1]);
        Assert.Equal(
            ["000000000010", "000000000011", "000000000012"],
            Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)[..12]).Order());
    }

    [Fact]
    public void None_is_written_when_none_is_to_be_kept()
    {
        new OverlayRing(folder.Path, keep: 0).Write(1, Guid.NewGuid(), [1]);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_oldest_overlays_go_before_there_are_too_many_bytes_of_them()
    {
        using TemporaryFolder folder = new();
        OverlayRing ring = new(folder.Path, keep: 100, maxBytes: 250);
        for (int sequence = 1; sequence <= 4; sequence++)
        {
            ring.Write(sequence, Guid.Empty, new byte[100]);
            Assert.True(Directory.GetFiles(folder.Path).Sum(f => new FileInfo(f).Length) <= 250);
        }

        Assert.Equal((200, 200), (ring.Bytes, new OverlayRing(folder.Path, keep: 100, maxBytes: 250).Bytes));
        ring.Write(5, Guid.Empty, new byte[251]);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), f => Path.GetFileName(f).StartsWith("000000000005", StringComparison.Ordinal));

        ring.TrimTo(0);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_disk_that_refuses_an_overlay_keeps_nothing_of_it_and_takes_the_next()
    {
        OverlayRing ring = new(folder.Path, keep: 3);
        string inTheWay = Path.Combine(folder.Path, $"000000000001-{Guid.Empty}.jpg");
        Directory.CreateDirectory(inTheWay);
        Assert.ThrowsAny<Exception>(() => ring.Write(1, Guid.Empty, [1]));
        Assert.Equal([inTheWay], Directory.GetFileSystemEntries(folder.Path));
        ring.Write(2, Guid.Empty, [1, 2]);
        Assert.Equal(2, ring.Bytes);
    }

    [Fact]
    public void What_a_power_cut_left_half_written_is_removed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(Path.Combine(folder.Path, "000000000001-x.jpg.part"), [1]);
        File.WriteAllBytes(Path.Combine(folder.Path, "000000000002-x.jpg"), []);
        Assert.Equal(0, new OverlayRing(folder.Path, keep: 3).Bytes);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
