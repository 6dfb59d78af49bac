using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class PictureFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Counters counters = new();

    public PictureFolderTests()
    {
        foreach (string name in (string[])["b_rgb.png", "a_rgb.PNG", "c_rgb.jpg", "b_label.png"])
        {
            ImageFile.Write(Path.Combine(folder.Path, name), new RgbImage(4, 4));
        }

        File.WriteAllText(Path.Combine(folder.Path, "notes_rgb.txt"), "no picture");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pictures_come_in_the_order_of_their_names_and_then_there_is_none() =>
        Assert.Equal(["a_rgb.PNG", "b_rgb.png", "c_rgb.jpg", null, null], await TakeAsync(5, AtEnd.Stop));

    [Fact]
    public async Task A_loop_begins_again() =>
        Assert.Equal(["a_rgb.PNG", "b_rgb.png", "c_rgb.jpg", "a_rgb.PNG"], await TakeAsync(4, AtEnd.Loop));

    [Fact]
    public async Task A_broken_picture_is_counted_and_the_trigger_gets_the_next()
    {
        File.WriteAllText(Path.Combine(folder.Path, "b_rgb.png"), "");
        Assert.Equal(["a_rgb.PNG", "c_rgb.jpg", null], await TakeAsync(3, AtEnd.Stop));
        Assert.Equal(1, counters.FrameErrors.Value);
    }

    [Fact]
    public async Task A_loop_over_broken_pictures_only_comes_to_an_end()
    {
        foreach (string file in Directory.GetFiles(folder.Path))
        {
            File.WriteAllText(file, "");
        }

        Assert.Equal([null], await TakeAsync(1, AtEnd.Loop));
    }

    [Fact]
    public async Task A_folder_that_waits_gives_what_comes_later_once_it_is_complete()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow.AddMinutes(10));
        using PictureFolder source = new(
            new PictureFolderOptions { Path = folder.Path, Pattern = "*_rgb.*", AtEnd = AtEnd.Wait }, counters, time, NullLogger<PictureFolder>.Instance);
        async Task<string?> NextAsync() => (await source.TakeAsync(TestContext.Current.CancellationToken))?.Source;
        foreach (string name in (string[])["a_rgb.PNG", "b_rgb.png", "c_rgb.jpg"])
        {
            Assert.Equal(name, await NextAsync());
        }

        await Assert.ThrowsAsync<NoPictureYetException>(NextAsync);

        // Half of it is there: its writer is not done.
        string later = Path.Combine(folder.Path, "d_rgb.png");
        ImageFile.Write(later, new RgbImage(40, 40));
        byte[] whole = await File.ReadAllBytesAsync(later, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(later, whole[..20], TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(later, time.GetUtcNow().UtcDateTime);
        await Assert.ThrowsAsync<NoPictureYetException>(NextAsync);
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<NoPictureYetException>(NextAsync);
        await File.WriteAllBytesAsync(later, whole, TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(later, time.GetUtcNow().UtcDateTime);
        await Assert.ThrowsAsync<NoPictureYetException>(NextAsync);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("d_rgb.png", await NextAsync());
        Assert.Equal(0, counters.FrameErrors.Value);

        // One that stays broken is skipped after a while.
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "e_rgb.png"), "", TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<NoPictureYetException>(NextAsync);
        Assert.Equal(1, counters.FrameErrors.Value);
    }

    [Fact]
    public async Task A_folder_that_waits_may_be_empty_at_first()
    {
        using PictureFolder source = new(
            new PictureFolderOptions { Path = folder.Path, Pattern = "z*", AtEnd = AtEnd.Wait },
            counters, new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(10)), NullLogger<PictureFolder>.Instance);
        await Assert.ThrowsAsync<NoPictureYetException>(() => source.TakeAsync(TestContext.Current.CancellationToken));
        ImageFile.Write(Path.Combine(folder.Path, "z.png"), new RgbImage(4, 4));
        Assert.NotNull(await source.TakeAsync(TestContext.Current.CancellationToken));
    }

    private async Task<string?[]> TakeAsync(int count, AtEnd atEnd)
    {
        using PictureFolder source = new(
            new PictureFolderOptions { Path = folder.Path, Pattern = "*_rgb.*", AtEnd = atEnd }, counters, TimeProvider.System, NullLogger<PictureFolder>.Instance);
        string?[] taken = new string?[count];
        for (int i = 0; i < count; i++)
        {
            taken[i] = (await source.TakeAsync(TestContext.Current.CancellationToken))?.Source;
        }

        return taken;
    }
}
