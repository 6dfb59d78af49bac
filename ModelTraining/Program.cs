using System.CommandLine;
using LeafSeg.ModelTraining.Commands;

RootCommand root = new("Trains LeafSeg's leaf segmentation and writes it into one ONNX file.")
{
    SynthCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
