using LeafSeg.Common.Segmentation;

namespace LeafSeg.Common.Tests.Segmentation;

public sealed class EngineCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_model_has_an_engine_of_its_own_and_the_least_recently_used_go()
    {
        EngineCache cache = new(folder.Path, "driver 1");
        string[] engines = [.. Enumerable.Range(0, 4).Select(i => Use(cache, $"sha256:{i}", minutesAgo: 10 - i))];
        Assert.Equal([false, true, true, true], engines.Select(Directory.Exists));
        Assert.True(File.Exists(Path.Combine(engines[3], "engine")));
        Assert.Equal(engines[1], Use(cache, "sha256:1", minutesAgo: 0));
        Use(cache, "sha256:5", minutesAgo: 0);
        Assert.True(Directory.Exists(engines[1]));
        Assert.False(Directory.Exists(engines[2]));
    }

    [Fact]
    public void After_a_change_of_driver_or_GPU_the_engines_of_the_one_before_go()
    {
        // Also those of the program before, which knew models only.
        string old = Directory.CreateDirectory(Path.Combine(folder.Path, "sha256-0")).FullName;
        string before = Use(new EngineCache(folder.Path, "driver 1"), "sha256:0", minutesAgo: 1);
        string after = Use(new EngineCache(folder.Path, "driver 2"), "sha256:0", minutesAgo: 0);
        Assert.NotEqual(before, after);
        Assert.Equal([false, false, true], new[] { old, before, after }.Select(Directory.Exists));
    }

    [Fact]
    public void A_machine_is_known_by_its_driver_and_its_GPUs_but_not_by_what_a_boot_gives_them()
    {
        string gpu = Path.Combine(folder.Path, "proc/driver/nvidia/gpus/0000:01:00.0/information"), driver = Path.Combine(folder.Path, "proc/driver/nvidia/version");
        Directory.CreateDirectory(Path.GetDirectoryName(gpu)!);
        File.WriteAllText(driver, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06\n");
        File.WriteAllText(gpu, "Model: \t\t NVIDIA H200\nIRQ:   \t\t 61\n");
        string here = EngineCache.ThisMachine(0, folder.Path);
        File.WriteAllText(gpu, "Model: \t\t NVIDIA H200\nIRQ:   \t\t 62\n");
        Assert.Equal(here, EngineCache.ThisMachine(0, folder.Path));
        Assert.NotEqual(here, EngineCache.ThisMachine(1, folder.Path));
        File.WriteAllText(driver, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.82.07\n");
        Assert.NotEqual(here, EngineCache.ThisMachine(0, folder.Path));
    }

    private static string Use(EngineCache cache, string digest, int minutesAgo)
    {
        string engine = cache.FolderFor(digest);
        File.WriteAllText(Path.Combine(engine, "engine"), "");
        Directory.SetLastWriteTimeUtc(engine, DateTime.UtcNow.AddMinutes(-minutesAgo));
        return engine;
    }
}
