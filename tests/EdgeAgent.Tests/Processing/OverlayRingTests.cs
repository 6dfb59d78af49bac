using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Tests.Processing;

public sealed class OverlayRingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_the_newest_are_kept_also_over_a_restart()
    {
        OverlayRing before = new(folder.Path, keep: 3);
        for (long sequence = 8; sequence <= 11; sequence++)
            before.Write(sequence, Guid.NewGuid(), [1]);
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
}
