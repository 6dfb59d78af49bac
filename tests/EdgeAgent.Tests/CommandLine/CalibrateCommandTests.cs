using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.Calibration;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_sheet_as_a_picture_is_found_again_at_its_exact_size()
    {
        string path = Path.Combine(folder.Path, "m.png");
        Assert.Equal(ExitCode.Done, CalibrateCommand.WriteSheet(path, 30, 150));
        RgbImage page = ImageFile.Read(path);
        IReadOnlyList<Marker> markers = ArucoMarkers.Find(page);
        Assert.Equal(MarkerSheet.Of(30).Markers.Select(marker => marker.Id), markers.Select(marker => marker.Id));
        Assert.InRange(MarkerPlane.Fit(markers, 30).Scale.MmPerPxAt(page.Width / 2, page.Height / 2), 25.4 / 150 * 0.995, 25.4 / 150 * 1.005);
        Assert.Equal(ExitCode.Done, CalibrateCommand.CheckPicture(path, 30));

        byte[] png = File.ReadAllBytes(path);
        int at = png.AsSpan().IndexOf("pHYs"u8);
        Assert.Equal(5906u, BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 4)));
    }

    [Fact]
    public void The_sheet_as_PDF_is_a_page_of_A4_whose_objects_lie_where_its_table_says()
    {
        string pdf = Encoding.ASCII.GetString(MarkerSheet.Of(50).ToPdf());
        Assert.Contains("/MediaBox [0 0 595.2756 841.8898]", pdf, StringComparison.Ordinal);
        string[] lines = pdf.Split('\n');
        int table = Array.IndexOf(lines, "xref");
        for (int i = 1; i <= 5; i++)
        {
            Assert.StartsWith($"{i} 0 obj", pdf[int.Parse(lines[table + 2 + i][..10], CultureInfo.InvariantCulture)..], StringComparison.Ordinal);
        }

        // The first row of a marker is its frame: one rectangle, 50 mm wide and a sixth of that high.
        Assert.Contains(" 141.7323 23.622 re f", pdf, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 300, "m.pdf", "--size-mm: found 4, expected 5 to 135")]
    [InlineData(30, 10, "m.png", "--dpi: found 10, expected 72 to 1200")]
    [InlineData(30, 300, "m.doc", "--output: found \".DOC\"")]
    public void A_sheet_that_cannot_be_is_refused(double size, int dpi, string name, string message) =>
        Assert.Contains(message, Assert.Throws<AgentException>(() => CalibrateCommand.WriteSheet(Path.Combine(folder.Path, name), size, dpi)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_is_not_there_and_a_picture_without_markers_are_reported()
    {
        Assert.Equal(ExitCode.Machine, Assert.Throws<AgentException>(() => CalibrateCommand.WriteSheet(Path.Combine(folder.Path, "no", "m.pdf"), 30, 300)).ExitCode);
        string empty = Path.Combine(folder.Path, "empty.png");
        ImageFile.Write(empty, new RgbImage(200, 200));
        Assert.Contains("no marker found", Assert.Throws<AgentException>(() => CalibrateCommand.CheckPicture(empty, 30)).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Frames, Assert.Throws<AgentException>(() => CalibrateCommand.CheckPicture("nowhere.png", 30)).ExitCode);
    }
}
