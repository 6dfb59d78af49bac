namespace LeafSeg.Common.Tests;

/// <summary>A folder for one test, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-test-");

    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);
}
