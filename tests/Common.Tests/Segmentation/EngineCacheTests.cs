using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class EngineCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Another_model_driver_or_gpu_has_a_folder_of_its_own()
    {
        string first = EngineCache.FolderFor(folder.Path, "sha256:1", "driver 1");
        Assert.True(Directory.Exists(first));
        Assert.Equal(first, EngineCache.FolderFor(folder.Path, "sha256:1", "driver 1"));
        Assert.NotEqual(first, EngineCache.FolderFor(folder.Path, "sha256:2", "driver 1"));
        Assert.NotEqual(first, EngineCache.FolderFor(folder.Path, "sha256:1", "driver 2"));
    }

    [Fact]
    public void The_three_used_last_are_kept_and_nothing_else_is_touched()
    {
        string other = Path.Combine(folder.Path, "timing");
        Directory.CreateDirectory(other);
        string[] folders = [.. Enumerable.Range(0, 4).Select(i =>
        {
            string made = EngineCache.FolderFor(folder.Path, $"sha256:{i}", "driver");
            File.WriteAllText(Path.Combine(made, "engine"), "");
            Directory.SetLastWriteTimeUtc(made, DateTime.UtcNow.AddMinutes(i - 10));
            return made;
        })];
        EngineCache.FolderFor(folder.Path, "sha256:1", "driver");
        EngineCache.FolderFor(folder.Path, "sha256:9", "driver");
        Assert.False(Directory.Exists(folders[0]));
        Assert.True(Directory.Exists(folders[1]));
        Assert.False(Directory.Exists(folders[2]));
        Assert.True(Directory.Exists(folders[3]));
        Assert.True(Directory.Exists(other));
    }
}
