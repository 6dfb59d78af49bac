using LeafSeg.Common.Imaging;
using OpenCvSharp;
using OpenCvSharp.Aruco;

namespace LeafSeg.Common.Traits;

/// <summary>The ArUco markers that LeafSeg prints and finds: OpenCV's dictionary of 50 with 4x4 cells, the largest cells for a given size.</summary>
public static class ArucoMarkers
{
    /// <summary>Markers of the dictionary; ids are 0 to Count - 1.</summary>
    public const int Count = 50;

    /// <summary>Cells along a side, the black frame included.</summary>
    public const int Cells = 6;

    /// <summary>The black cells of a marker, [row, column]; the outermost are all black.</summary>
    public static bool[,] BlackCells(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, Count);
        using Dictionary dictionary = CvAruco.GetPredefinedDictionary(PredefinedDictionaryType.Dict4X4_50);
        using Mat drawn = new();
        dictionary.GenerateImageMarker(id, Cells, drawn, 1);
        bool[,] black = new bool[Cells, Cells];
        for (int row = 0; row < Cells; row++)
        {
            for (int column = 0; column < Cells; column++)
            {
                black[row, column] = drawn.At<byte>(row, column) == 0;
            }
        }

        return black;
    }

    /// <summary>All markers in a picture, rising by id; corners to a few hundredths of a pixel.</summary>
    public static IReadOnlyList<Marker> Find(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using Mat bgr = ImageFile.ToBgr(picture);
        using Mat grey = new();
        Cv2.CvtColor(bgr, grey, ColorConversionCodes.BGR2GRAY);
        using Dictionary dictionary = CvAruco.GetPredefinedDictionary(PredefinedDictionaryType.Dict4X4_50);
        using ArucoDetector detector = new(dictionary, new DetectorParameters(), new RefineParameters());
        detector.DetectMarkers(grey, out Point2f[][] corners, out int[] ids, out _);
        grey.GetArray(out byte[] brightness);
        return [.. ids.Zip(corners, (id, four) => new Marker(
                id, MarkerEdges.Refine(brightness, picture.Width, picture.Height, [.. four.Select(corner => new PicturePoint(corner.X, corner.Y))])))
            .OrderBy(marker => marker.Id)];
    }
}
