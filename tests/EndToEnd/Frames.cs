using LeafSeg.Common.Imaging;
using LeafSeg.Common.Synthesis;

namespace LeafSeg.EndToEnd;

/// <summary>Pictures of a growing plant, rendered into a folder.</summary>
internal static class Frames
{
    public static void Render(string folder, int count, int size = 160)
    {
        Directory.CreateDirectory(folder);
        RosetteSettings settings = new() { Size = size };
        for (int frame = 0; frame < count; frame++)
        {
            ImageFile.Write(Path.Combine(folder, $"plant{frame:D5}.png"), RosetteRenderer.RenderFrame(settings, seed: 11, frame, count).Image);
        }
    }
}
