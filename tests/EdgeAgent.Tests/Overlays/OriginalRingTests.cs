using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Overlays;

namespace LeafSeg.EdgeAgent.Tests.Overlays;

public sealed class OriginalRingTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, 125, TimeSpan.FromHours(2));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_is_kept_to_the_last_pixel_under_its_time_plant_and_capture()
    {
        RgbImage picture = Noise(1);
        Guid capture = Guid.NewGuid();
        new OriginalRing(folder.Path, new OriginalsOptions { Every = 1 }).Offer("top", "a1", Noon, capture, picture);
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal($"20260601T100000125Z-a1-{capture}.png", Path.GetFileName(file));
        Assert.Equal(picture.Pixels, ImageFile.Read(file).Pixels);
    }

    [Fact]
    public void Every_third_is_kept_of_each_camera()
    {
        OriginalRing ring = new(folder.Path, new OriginalsOptions { Every = 3, Format = OriginalFormat.Jpeg });
        for (int i = 0; i < 7; i++)
        {
            ring.Offer("top", "a1", Noon.AddSeconds(i), Guid.NewGuid(), Noise(i));
            ring.Offer("side", "b1", Noon.AddSeconds(i), Guid.NewGuid(), Noise(i));
        }

        string[] names = [.. Directory.GetFiles(folder.Path, "*.jpg").Select(f => Path.GetFileName(f)[..22]).Order(StringComparer.Ordinal)];
        Assert.Equal((string[])["00", "03", "06"], names.Where(n => n.EndsWith("-a1", StringComparison.Ordinal)).Select(n => n[13..15]));
        Assert.Equal(6, names.Length);
    }

    [Fact]
    public void The_oldest_make_room_also_after_a_restart()
    {
        OriginalsOptions options = new() { Every = 1, MaxMegabytes = 1 };
        for (int i = 0; i < 6; i++)
        {
            new OriginalRing(folder.Path, options).Offer("top", "a1", Noon.AddMinutes(i), Guid.NewGuid(), Noise(i, size: 320));
        }

        string[] files = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        Assert.True(files.Sum(f => new FileInfo(f).Length) <= 1_000_000);
        Assert.Equal((string[])["20260601T1003", "20260601T1004", "20260601T1005"], files.Select(f => Path.GetFileName(f)[..13]));
    }

    private static RgbImage Noise(int seed, int size = 8)
    {
        RgbImage picture = new(size, size);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }
}
