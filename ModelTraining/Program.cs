using System.CommandLine;
using LeafSeg.ModelTraining.Commands;
using LeafSeg.ModelTraining.Native;

ThreadWaiting.MakePassive();

RootCommand root = new("Trains LeafSeg's leaf segmentation and writes it into one ONNX file.")
{
    SynthCommand.Create(),
    PrepareCommand.Create(),
    InspectCommand.Create(),
    TrainCommand.Create(),
    ExportCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    WeightsCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
