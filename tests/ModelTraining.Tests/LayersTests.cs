using LeafSeg.Layering;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.ModelTraining.Tests;

/// <summary>The trainer's folders from the bottom to the top: each uses only itself and those before it.</summary>
public sealed class LayersTests
{
    private static readonly Layers Layers = new(typeof(ExitCode).Assembly, "LeafSeg.ModelTraining",
    [
        "Faults",       // exit codes, wrong settings, a failed training
        "Native",       // how libtorch and its threads are set up
        "Masks",        // COCO's run-length masks and polygons
        "Metrics",      // SBD, |DiC|, FgBgDice, COCO AP, bootstrap intervals
        "Datasets",     // labelled pictures, whatever their format
        "Reporting",    // pages, charts and progress, for all that follow
        "Augmentation", // a picture and its true leaves, varied
        "Onnx",         // graphs: written and quantised
        "Networks",     // backbone, FPN, RPN, RoIAlign, heads, Mask R-CNN, and how each writes itself as a graph
        "Weights",      // pretrained weights, whatever their format
        "Training",     // losses, schedules, optimisers, checkpoints, the loop
        "Preparation",  // a data set inspected and prepared
        "Evaluation",   // scores, their report, predictions
        "Labelling",    // outlines for labelling tools, and the page on which labels are corrected
        "Collecting",   // doubtful pictures, fetched from rigs
        "Tracking",     // leaves through time: scores, tables, reports
        "Export",       // a network becomes a model file
        "Releasing",    // a model file becomes a signed release
        "Commands",     // the commands of leafseg-train
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
