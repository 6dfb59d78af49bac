using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>
/// How stored pixels are turned to be seen upright: the values of EXIF's and TIFF's tag Orientation (CIPA DC-008, 4.6.4.A).
/// </summary>
public enum Orientation
{
    /// <summary>Stored as it is seen.</summary>
    Upright = 1,
    /// <summary>Left and right changed.</summary>
    Mirrored = 2,
    /// <summary>Turned by 180 degrees.</summary>
    UpsideDown = 3,
    /// <summary>Top and bottom changed.</summary>
    MirroredUpsideDown = 4,
    /// <summary>Rows and columns changed.</summary>
    MirroredLeft = 5,
    /// <summary>Stored turned to the left: a quarter turn clockwise shows it upright.</summary>
    TurnedLeft = 6,
    /// <summary>Rows and columns changed, and turned by 180 degrees.</summary>
    MirroredRight = 7,
    /// <summary>Stored turned to the right: a quarter turn anticlockwise shows it upright.</summary>
    TurnedRight = 8,
}

/// <summary>Turns pixels as an <see cref="Orientation"/> requests.</summary>
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
