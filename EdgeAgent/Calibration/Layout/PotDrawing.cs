using LeafSeg.Common.Imaging;
using LeafSeg.Common.Traits;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Calibration.Layout;

/// <summary>A picture with its pots framed and named.</summary>
internal static class PotDrawing
{
    public static RgbImage Draw(RgbImage picture, IReadOnlyList<Pot> pots)
    {
        using Mat canvas = ImageFile.ToBgr(picture);
        int line = Math.Max(2, Math.Max(picture.Width, picture.Height) / 500);
        foreach (Pot pot in pots)
        {
            Cv2.Rectangle(canvas, new Rect(pot.Box.X1, pot.Box.Y1, pot.Box.Width, pot.Box.Height), new Scalar(0, 235, 255), line);
            Point name = new(Math.Max(0, pot.Box.X1) + (3 * line), Math.Max(0, pot.Box.Y1) + (14 * line));
            Cv2.PutText(canvas, pot.Plant, name, HersheyFonts.HersheySimplex, line / 2.0, new Scalar(0, 0, 0), 2 * line, LineTypes.AntiAlias);
            Cv2.PutText(canvas, pot.Plant, name, HersheyFonts.HersheySimplex, line / 2.0, new Scalar(255, 255, 255), line, LineTypes.AntiAlias);
        }

        return ImageFile.FromBgr(canvas);
    }
}
