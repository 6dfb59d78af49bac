namespace LeafSeg.ModelTraining.Weights;

/// <summary>How a file holds its weights.</summary>
internal enum WeightsForm
{
    SafeTensors,
    Torch,
    Keras,
    Onnx,
}
