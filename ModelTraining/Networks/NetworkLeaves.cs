using LeafSeg.Common.Imaging;
using LeafSeg.Common.Segmentation;
using static TorchSharp.torch;

namespace LeafSeg.ModelTraining.Networks;

/// <summary>A network's answer in the form in which the ONNX model gives it: leaves in the picture's own pixels.</summary>
internal static class NetworkLeaves
{
    public static IReadOnlyList<LeafInstance> Find(MaskRcnn network, RgbImage picture)
    {
        Letterbox letterbox = network.Settings.Inputs.LetterboxFor(picture.Width, picture.Height);
        using Tensor pixels = tensor(letterbox.Apply(picture).Pixels, [1, letterbox.InputHeight, letterbox.InputWidth, 3]);
        MaskRcnn.Detections found = network.Detect(pixels);
        int cells = network.Settings.MaskSize;
        return
        [
            .. found.Boxes.Select((box, i) => new LeafInstance
            {
                Box = letterbox.ToSource(box),
                Margin = network.Settings.MaskMargin,
                Score = found.Scores[i],
                MaskSize = cells,
                Mask = found.Masks[(i * cells * cells)..((i + 1) * cells * cells)],
            }),
        ];
    }
}
