using System.Runtime.InteropServices;
using OpenCvSharp;

namespace LeafSeg.Common.Imaging;

/// <summary>OpenCV's native library, which is not published for every processor.</summary>
public static class OpenCvLibrary
{
    private static readonly Lazy<bool> Loads = new(() =>
        NativeLibrary.TryLoad("OpenCvSharpExtern", typeof(Cv2).Assembly, searchPath: null, out _));

    /// <summary>It is there, and all that it needs itself.</summary>
    public static bool IsThere => Loads.Value;
}
