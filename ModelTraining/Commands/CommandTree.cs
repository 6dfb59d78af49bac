using System.CommandLine;
using LeafSeg.ModelTraining.Commands.Improving;
using LeafSeg.ModelTraining.Commands.Releasing;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>The commands of leafseg-train.</summary>
internal static class CommandTree
{
    public static RootCommand Create() => new("Trains LeafSeg's leaf segmentation and writes it into one ONNX file.")
    {
        SynthCommand.Create(),
        PrepareCommand.Create(),
        InspectCommand.Create(),
        CutLeavesCommand.Create(),
        TrainCommand.Create(),
        ExportCommand.Create(),
        QuantiseCommand.Create(),
        EvaluateCommand.Create(),
        PredictCommand.Create(),
        CollectCommand.Create(),
        LabelCommand.Create(),
        TrackCommand.Create(),
        WeightsCommand.Create(),
        ReleaseCommand.Create(),
        ImproveCommand.Create(),
    };
}
