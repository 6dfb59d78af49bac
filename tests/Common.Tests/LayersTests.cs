using LeafSeg.Common.Imaging;
using LeafSeg.Layering;

namespace LeafSeg.Common.Tests;

/// <summary>Common's folders from the bottom to the top: each uses only itself and those before it.</summary>
public sealed class LayersTests
{
    private static readonly Layers Layers = new(typeof(RgbImage).Assembly, "LeafSeg.Common",
    [
        "Json",         // what is wrong with a JSON text
        "CommandLine",  // how numbers on a command line are read, and the version that it tells
        "Native",       // the environment that native libraries start with
        "Storage",      // files that survive a power cut
        "Downloads",    // files from elsewhere, resumed where a transfer broke off
        "Imaging",      // pictures, label maps, letterbox, overlays
        "Synthesis",    // rendered plants
        "Tuf",          // signed repositories, read
        "Models",       // a model's metadata and release terms
        "Segmentation", // the ONNX model: pixels in, leaves out
        "Traits",       // leaves become plants with areas and lengths
        "Pots",         // where the plants of a picture are: settings, markers, a suggested grid
        "Tracking",     // leaves and plants over time
        "Messages",     // what goes over MQTT
    ]);

    [Fact]
    public void Every_folder_has_a_place_in_the_order() => AssertNone(Layers.Unplaced());

    [Fact]
    public void No_folder_uses_a_later_one() => AssertNone(Layers.Violations());

    [Fact]
    public void The_architecture_page_lists_the_same_order() => Assert.Equal(Layers.Order, Layers.Documented());

    private static void AssertNone(IEnumerable<string> faults)
    {
        string text = string.Join('\n', faults);
        Assert.True(text.Length == 0, text);
    }
}
