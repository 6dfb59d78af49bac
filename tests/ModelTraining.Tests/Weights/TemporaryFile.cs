namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>A file for one test, gone with it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile()
    {
    }

    public TemporaryFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
