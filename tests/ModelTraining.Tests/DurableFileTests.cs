namespace LeafSeg.ModelTraining.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leafseg-durable-").FullName;

    private string Target => Path.Combine(folder, "file");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_replaces_the_one_before_and_leaves_nothing_else_behind()
    {
        DurableFile.Write(Target, file => file.Write("old"u8));
        DurableFile.Write(Target, file => file.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_disk_that_is_full_half_way_leaves_the_old_file_and_no_half_one()
    {
        DurableFile.Write(Target, file => file.Write("old"u8));

        Assert.Throws<IOException>(() => DurableFile.Write(Target, file =>
        {
            file.Write("ne"u8);
            throw new IOException("No space left on device");
        }));

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void What_a_killed_process_left_half_written_is_written_over()
    {
        File.WriteAllText(Target, "old");
        File.WriteAllText(Target + DurableFile.PartialSuffix, "half of something longer than what comes");

        DurableFile.Write(Target, file => file.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }
}
