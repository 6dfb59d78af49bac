using LeafSeg.Common.Imaging;
using LeafSeg.Common.Pots;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Synthesis;
using LeafSeg.Common.Traits;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class LayoutCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rough_pots_between_smooth_rims_are_suggested_row_by_row()
    {
        IReadOnlyList<Pot> pots = PotSuggestion.Suggest(Tray());
        Assert.Equal(["a1", "a2", "a3", "b1", "b2", "b3"], pots.Select(pot => pot.Plant));
        for (int i = 0; i < 6; i++)
        {
            PixelBox box = pots[i].Box;
            Assert.InRange(box.X1, 40 + (i % 3 * 250) - 20, 40 + (i % 3 * 250) + 20);
            Assert.InRange(box.Y1, 30 + (i / 3 * 250) - 20, 30 + (i / 3 * 250) + 20);
            Assert.InRange(box.Width, 180, 230);
        }
    }

    /// <summary>One that is rendered, and a photograph where it is beside the checkout.</summary>
    public static TheoryData<string> Trays => Fixtures.FindBeside("data/tray-plantcv/arabidopsis_tray.jpg") is { } photograph ? ["", photograph] : [""];

    [Theory]
    [MemberData(nameof(Trays))]
    public void A_tray_of_twenty_plants_suggests_twenty_pots(string photograph)
    {
        RgbImage tray = photograph.Length > 0 ? ImageFile.Read(photograph) : RenderedTray.Render(columns: 5, rows: 4, pot: 400, rim: 60);
        IReadOnlyList<Pot> pots = PotSuggestion.Suggest(tray);
        Assert.Equal(["a1", "a5", "d1", "d5"], new[] { 0, 4, 15, 19 }.Select(i => pots[i].Plant));
        Assert.Equal(20, pots.Count);
        Assert.All(pots, pot => Assert.InRange(pot.Box.Width, 350, 450));
    }

    [Fact]
    public void A_bare_bench_suggests_nothing() => Assert.Empty(PotSuggestion.Suggest(new RgbImage(300, 200)));

    [Fact]
    public void The_layout_is_drawn_and_a_pot_outside_the_picture_is_named()
    {
        string picture = Path.Combine(folder.Path, "tray.png");
        string settings = Path.Combine(folder.Path, "s.json");
        string drawn = Path.Combine(folder.Path, "layout.png");
        ImageFile.Write(picture, Tray());
        Assert.Equal(ExitCode.Done, LayoutCommand.Run(picture, null, drawn));
        Assert.NotEqual(ImageFile.Read(picture).Pixels, ImageFile.Read(drawn).Pixels);

        File.WriteAllText(settings, """{ "pots": { "rectangles": [ { "plant": "a1", "x": 700, "width": 200, "height": 200 } ] } }""");
        AgentException outside = Assert.Throws<AgentException>(() => LayoutCommand.Run(picture, settings, drawn));
        Assert.Equal(ExitCode.Setting, outside.ExitCode);
        Assert.Contains("found a1 not wholly inside, expected pots within the picture of 800x530", outside.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Assert.Throws<AgentException>(() => LayoutCommand.Run(picture, null, "x.gif")).ExitCode);
    }

    [Fact]
    public void The_pots_of_the_camera_that_is_named_are_drawn()
    {
        string picture = Path.Combine(folder.Path, "tray.png");
        string settings = Path.Combine(folder.Path, "s.json");
        ImageFile.Write(picture, Tray());
        File.WriteAllText(settings, """
            { "pots": { "rectangles": [ { "plant": "a1", "width": 100, "height": 100 } ] },
              "moreCameras": [ { "name": "left", "pots": { "rectangles": [ { "plant": "b1", "x": 300, "y": 300, "width": 100, "height": 100 } ] } } ] }
            """);
        (byte[] first, byte[] top, byte[] left) = (Drawn(null), Drawn("top"), Drawn("left"));
        Assert.Equal(first, top);
        Assert.NotEqual(top, left);
        Assert.Contains("expected one of top, left", Assert.Throws<AgentException>(() => Drawn("right")).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Assert.Throws<AgentException>(() => LayoutCommand.Run(picture, null, "x.png", "left")).ExitCode);

        byte[] Drawn(string? camera)
        {
            string drawn = Path.Combine(folder.Path, "drawn.png");
            Assert.Equal(ExitCode.Done, LayoutCommand.Run(picture, settings, drawn, camera));
            return File.ReadAllBytes(drawn);
        }
    }

    /// <summary>Three by two pots of 210 px with grainy soil, 40 px of grey rim between them.</summary>
    private static RgbImage Tray()
    {
        RgbImage tray = new(800, 530);
        Array.Fill(tray.Pixels, (byte)70);
        uint seed = 1;
        for (int pot = 0; pot < 6; pot++)
        {
            for (int y = 0; y < 210; y++)
            {
                for (int x = 0; x < 210; x++)
                {
                    seed = (seed * 1664525) + 1013904223;
                    tray.Pixels.AsSpan(tray.IndexOf(40 + (pot % 3 * 250) + x, 30 + (pot / 3 * 250) + y), 3).Fill((byte)((seed >> 24) / 2));
                }
            }
        }

        return tray;
    }
}
