using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Preparation;

/// <summary>A few pictures with their true leaves drawn, spread evenly, to be looked at.</summary>
internal static class SampleReport
{
    private const int Samples = 12;

    /// <param name="html">The page.</param>
    /// <param name="read">Reads picture number i of those that could be read.</param>
    /// <param name="count">How many could.</param>
    public static void Write(Html html, Func<int, LeafPicture> read, int count)
    {
        html.Line($"<h2>Samples</h2><div class=\"row\">");
        int shown = Math.Min(Samples, count);
        for (int i = 0; i < shown; i++)
        {
            LeafPicture picture = read(shown == 1 ? 0 : (int)((long)i * (count - 1) / (shown - 1)));
            html.Figure(picture, $"{picture.Name}: {picture.Labels.Areas().Count} leaves, {picture.Image.Width}x{picture.Image.Height}");
        }

        html.Line($"</div>");
    }
}
