using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.ModelTraining.Tests.Evaluation;

/// <summary>A folder with rendered pictures.</summary>
internal sealed class TrialFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-trial-");

    public string At(params string[] names) => Path.Combine([folder.FullName, .. names]);

    /// <summary>Plants with their colour masks, in the folder "data".</summary>
    public void WriteLabelled(int count)
    {
        Directory.CreateDirectory(At("data"));
        for (int i = 0; i < count; i++)
        {
            Rendering rendering = Render(i);
            ImageFile.Write(At("data", $"p{i}_rgb.png"), rendering.Image);
            ColourMask.Write(At("data", $"p{i}_label.png"), rendering.Labels);
        }
    }

    /// <summary>One plant.</summary>
    public string WritePicture(string name, int seed = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        ImageFile.Write(At(name), Render(seed).Image);
        return At(name);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static Rendering Render(int seed) =>
        RosetteRenderer.Render(new RosetteSettings { Size = 160, NoPlantShare = 0 }, (ulong)seed + 3);
}
