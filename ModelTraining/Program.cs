using System.CommandLine;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Native;
using LeafSeg.ModelTraining.Releasing;

NativeTuning.Apply();

RootCommand root = new("Trains LeafSeg's leaf segmentation and writes it into one ONNX file.")
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
    WeightsCommand.Create(),
    ReleaseCommand.Create(),
};

// Ctrl-C and SIGTERM: a command ends by itself once its step is done and its checkpoint written; two seconds would be too few.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
