using LeafSeg.Common.Storage;

namespace LeafSeg.Common.Tests.Storage;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File1 => Path.Combine(folder.Path, "root.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_replaced_and_nothing_is_left_beside_it()
    {
        DurableFile.Write(File1, "before"u8.ToArray());
        DurableFile.Write(File1, "after"u8.ToArray());
        Assert.Equal("after", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_write_that_a_power_cut_left_half_done_is_begun_anew()
    {
        File.WriteAllText(DurableFile.PartOf(File1), "half of something much longer than it will be");
        DurableFile.Write(File1, "whole"u8.ToArray());
        Assert.Equal("whole", File.ReadAllText(File1));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_file_as_it_was()
    {
        DurableFile.Write(File1, "before"u8.ToArray());
        Directory.CreateDirectory(DurableFile.PartOf(File1));
        Assert.ThrowsAny<Exception>(() => DurableFile.Write(File1, "after"u8.ToArray()));
        Assert.Equal("before", File.ReadAllText(File1));
    }

    [Fact]
    public void A_disk_that_is_full_half_way_leaves_the_old_file_and_no_half_one()
    {
        DurableFile.Write(File1, "old"u8.ToArray());
        Assert.Throws<IOException>(() => DurableFile.Write(File1, file =>
        {
            file.Write("ne"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(File1));
        Assert.Equal([File1], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_mix()
    {
        using FileStream other = new(DurableFile.PartOf(File1), FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.Throws<IOException>(() => DurableFile.Write(File1, "mine"u8.ToArray()));
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public void A_file_is_removed_also_where_there_is_none()
    {
        DurableFile.Write(File1, "x"u8.ToArray());
        DurableFile.Delete(File1);
        DurableFile.Delete(File1);
        Assert.False(File.Exists(File1));
    }
}
