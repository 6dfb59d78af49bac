using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// How stored pixels are turned to be seen upright: the values of EXIF's and TIFF's tag Orientation (CIPA DC-008, 4.6.4.A).
/// </summary>
public enum Orientation
{
    Upright = 1,
    Mirrored = 2,
    UpsideDown = 3,
    MirroredUpsideDown = 4,
    MirroredLeft = 5,
    TurnedLeft = 6,
    MirroredRight = 7,
    TurnedRight = 8,
}

/// <summary>Turns pixels as an <see cref="Orientation"/> asks for.</summary>
public static class Upright
{
    /// <summary>Whether width and height change places.</summary>
    public static bool SwapsSides(this Orientation orientation) => orientation >= Orientation.MirroredLeft;

    /// <summary>An unknown value is upright, as every reader has it.</summary>
    public static Orientation Of(double? tag) => tag is >= 1 and <= 8 && tag == Math.Floor(tag.Value) ? (Orientation)(int)tag : Orientation.Upright;

    /// <summary>Labels that were drawn on the stored pixels, turned as the picture is.</summary>
    public static LabelMap Turn(LabelMap labels, Orientation orientation)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (orientation == Orientation.Upright)
        {
            return labels;
        }

        using Mat stored = Mat.FromPixelData(labels.Height, labels.Width, MatType.CV_16UC1, labels.Labels);
        using Mat turned = stored.Clone();
        Turn(turned, orientation);
        turned.GetArray(out ushort[] values);
        return new LabelMap(turned.Cols, turned.Rows, values);
    }

    /// <summary>Turns in place.</summary>
    internal static void Turn(Mat picture, Orientation orientation)
    {
        if (orientation.SwapsSides())
        {
            Cv2.Transpose(picture, picture);
        }

        FlipMode? flip = orientation switch
        {
            Orientation.Mirrored or Orientation.TurnedLeft => FlipMode.Y,
            Orientation.UpsideDown or Orientation.MirroredRight => FlipMode.XY,
            Orientation.MirroredUpsideDown or Orientation.TurnedRight => FlipMode.X,
            _ => null,
        };
        if (flip is FlipMode mode)
        {
            Cv2.Flip(picture, picture, mode);
        }
    }
}
