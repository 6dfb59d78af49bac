using System.Globalization;
using System.Net;
using System.Text;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Datasets;
using OpenCvSharp;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>A page in one file, for phones and dark rooms too.</summary>
internal sealed class Html
{
    private const int LongestSide = 360;

    private const string Style =
        """
        :root { color-scheme: light dark; --ink: #1d2b22; --soft: #55655a; --ground: #fbfcfa; --line: #d8e0d6; --panel: #eef2ec; --band: #dfe8dc; --leaf: #2f7d4f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e3ebe4; --soft: #9fb0a4; --ground: #131a16; --line: #2d3a31; --panel: #1c2620; --band: #243029; --leaf: #63c089; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
        h1, h2, h3 { font-weight: 600; line-height: 1.25; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } p { max-width: 50rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; margin: .5rem 0; } td, th { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums; }
        th { font-weight: 500; color: var(--soft); } .n { text-align: right; padding-left: .8rem; white-space: nowrap; } small { color: var(--soft); }
        td.heat { color: #10201a; border-radius: 3px; } td.heat, td.none { padding: .25rem .45rem; } td.none { color: var(--soft); } tr.sum td { border-top: 1px solid var(--line); font-weight: 600; }
        .row { display: flex; flex-wrap: wrap; gap: 16px; } figure { margin: 0; width: 262px; max-width: 100%; } figure img { width: 100%; border-radius: 6px; display: block; }
        figure.pair { width: 555px; } .pair div { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
        .strip { display: flex; gap: 10px; overflow-x: auto; padding-bottom: 6px; } .strip figure { flex: 0 0 150px; }
        figcaption, .note { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; } pre, code { background: var(--panel); border-radius: 6px; }
        pre { padding: .8rem; overflow-x: auto; font-size: .85rem; } code { padding: .1rem .3rem; } details li { font-size: .85rem; overflow-wrap: anywhere; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 18px; } .charts figure { width: auto; }
        svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--soft); } svg .title { fill: var(--ink); font-size: 14px; }
        svg .bar, svg .dot { fill: var(--leaf); } svg .dot { opacity: .55; } svg .axis { stroke: var(--soft); fill: none; } svg .edge { stroke: var(--soft); } svg path.edge { fill: none; } svg .mark { stroke: var(--ink); stroke-dasharray: 4 3; fill: none; }
        th.n { white-space: normal; } .wide td:first-child { min-width: 7rem; } .wide table { margin-right: 1rem; }
        @media (max-width: 600px) { body { padding: 0 .7rem; } figure { width: 100%; } table { font-size: .85rem; } td, th { padding-right: .4rem; } .n { padding-left: .4rem; } .wide td:first-child { min-width: 5rem; } td:first-child { overflow-wrap: break-word; } }
        svg .stage0 { fill: var(--panel); } svg .stage1 { fill: var(--band); }
        """;

    private readonly StringBuilder text = new();

    public Html(string title)
    {
        Line($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Text(title)}</title><style>{Style}</style></head><body><h1>{Text(title)}</h1>");
    }

    /// <summary>Safe between tags and in attributes.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    public void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Names and values, one a row.</summary>
    /// <param name="rows">In their order.</param>
    /// <param name="numbers">Values are aligned on the right.</param>
    public void Table(IEnumerable<(string Name, string Value)> rows, bool numbers = true)
    {
        Line($"<table>");
        foreach ((string name, string value) in rows)
        {
            Line($"<tr><td>{Text(name)}</td><td{(numbers ? " class=\"n\"" : "")}>{Text(value)}</td></tr>");
        }

        Line($"</table>");
    }

    /// <summary>A picture with its leaves drawn.</summary>
    public void Figure(LeafPicture picture, string caption) =>
        Figure(Picture(Overlay.Draw(picture.WithIgnoredShaded(), picture.Labels, new OverlayOptions { Numbers = false }), caption), caption);

    /// <param name="pictures">Of <see cref="Picture(RgbImage, string)"/>; two are shown side by side.</param>
    /// <param name="caption">Below them.</param>
    /// <param name="isPair">Two pictures.</param>
    public void Figure(string pictures, string caption, bool isPair = false) =>
        Line($"<figure{(isPair ? " class=\"pair\"" : "")}><div>{pictures}</div><figcaption>{Text(caption)}</figcaption></figure>");

    /// <summary>The element of a picture, made smaller where it is large.</summary>
    public static string Picture(RgbImage picture, string what)
    {
        double scale = Math.Min(1, LongestSide / (double)Math.Max(picture.Width, picture.Height));
        using Mat bgr = ImageFile.ToBgr(picture);
        Cv2.Resize(bgr, bgr, new Size(Math.Max(1, Math.Round(picture.Width * scale)), Math.Max(1, Math.Round(picture.Height * scale))), interpolation: InterpolationFlags.Area);
        return Picture(ImageFile.Encode(ImageFile.FromBgr(bgr), ".jpg"), what);
    }

    /// <summary>The element of a JPEG picture.</summary>
    public static string Picture(byte[] jpeg, string what) => $"<img src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\" alt=\"{Text(what)}\">";

    /// <summary>Counts as bars.</summary>
    public void Bars(string title, IReadOnlyList<(string Name, int Count)> bars)
    {
        const int DigitWidth = 9;
        ChartFrame frame = new(Width: 500, Height: 200, Left: 8, Right: 8, Top: 26, Bottom: 24) { Headroom = 16, KeepsSize = true };
        int most = bars.Select(bar => bar.Count).Append(1).Max();
        double step = (frame.Width - frame.Left - frame.Right) / (double)Math.Max(1, bars.Count);
        bool isCountWritten = step >= DigitWidth * most.ToString(CultureInfo.InvariantCulture).Length;
        int labelEvery = (int)Math.Ceiling(bars.Count / 13.0);
        using Chart chart = new(this, title, frame, new Axis(0, Math.Max(1, bars.Count)), new Axis(0, most));
        foreach ((int i, (string name, int count)) in bars.Index())
        {
            chart.Bar(i, i + 1, count, string.Create(CultureInfo.InvariantCulture, $"{name}: {count}"));
            if (i % labelEvery == 0)
            {
                chart.Text(i + 0.5, 0, (0, 16), name, "middle");
            }

            if (isCountWritten && count > 0)
            {
                chart.Text(i + 0.5, count, (0, -4), count.ToString(CultureInfo.InvariantCulture), "middle");
            }
        }
    }

    public string Finish()
    {
        Line($"</body></html>");
        return text.ToString();
    }
}
