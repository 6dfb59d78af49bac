using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Overlays;

namespace LeafSeg.EdgeAgent.Tests.Overlays;

public sealed class DoubtfulPicturesTests : IDisposable
{
    private const int Side = 160;
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, 125, TimeSpan.FromHours(2));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_is_kept_with_what_the_model_drew_and_listed_as_it_lies()
    {
        Guid capture = Guid.CreateVersion7();
        DoubtfulPictures pictures = Open();
        (RgbImage picture, LabelMap leaves) = (Noise(1), Leaf());
        pictures.Offer(new DoubtfulPlant("a1", Noon, capture, .4217, "leafseg 0.9.0"), () => (picture, leaves));

        DoubtfulPicture kept = Assert.Single(pictures.List().Pictures);
        Assert.Equal($"20260601T100000125Z-a1-{capture}.png", kept.File);
        Assert.Equal(("a1", Noon, capture, .4217, "leafseg 0.9.0"), (kept.Plant, kept.Time, kept.Capture, kept.Doubt, kept.Model));
        Assert.Equal(picture.Pixels, ImageFile.Read(pictures.Find(kept.File)!).Pixels);
        string labels = pictures.Find(kept.Labels.File)!;
        Assert.Equal(leaves.Areas(), ColourMask.Read(labels).Areas());
        LabelNote note = LabelNote.Of(labels)!;
        Assert.True(note.IsUntouched);
        Assert.Equal(new PictureOrigin("ghent", "r17", "a1", Noon.ToUniversalTime(), capture, kept.Sha256), note.Origin);
        Assert.Equal(MessageJson.Write(pictures.List()), MessageJson.Write(MessageJson.ReadDoubtful(MessageJson.Write(Open().List()))));
    }

    [Fact]
    public void The_least_doubtful_make_room_and_those_of_an_earlier_model_before_them()
    {
        DoubtfulPictures pictures = Open();
        Offer(pictures, "old", .99, model: "leafseg 0.8.0");
        foreach ((string plant, double doubt) in (IEnumerable<(string, double)>)[("a", .3), ("b", .1), ("c", .5), ("d", .4), ("e", .2), ("f", .6), ("g", .25), ("h", .7)])
        {
            Offer(pictures, plant, doubt);
        }

        // A noisy picture of 160 x 160 takes 77 kB, a megabyte twelve of them.
        Assert.Equal(["old", "h", "f", "c", "d", "a", "g", "e", "b"], Plants(pictures));
        foreach (int i in Enumerable.Range(0, 7))
        {
            Offer(pictures, $"more{i}", .35 + (i * .01));
        }

        Assert.DoesNotContain("old", Plants(pictures));
        Assert.DoesNotContain("b", Plants(pictures));
        Assert.Contains("h", Plants(pictures));
        Assert.True(Directory.GetFiles(folder.Path).Sum(file => new FileInfo(file).Length) <= 1_000_000);

        string[] before = Plants(pictures);
        Offer(pictures, "sure", .01, draw: () => throw new InvalidOperationException("Nothing is drawn that is not kept."));
        Assert.Equal(before, Plants(pictures));
        Assert.Equal(before.Order(), Plants(Open()).Order());
    }

    [Fact]
    public void Of_each_plant_the_most_doubtful_of_an_hour_is_kept()
    {
        DoubtfulPictures pictures = Open();
        foreach ((int minute, double doubt) in (IEnumerable<(int, double)>)[(0, .3), (10, .2), (20, .5), (30, .4), (90, .1), (95, .2)])
        {
            pictures.Offer(new DoubtfulPlant("a1", Noon.AddMinutes(minute), Guid.CreateVersion7(), doubt, "leafseg 0.9.0"), () => (Noise(minute), Leaf()));
        }

        Assert.Equal([(20, .5), (95, .2)], pictures.List().Pictures.Select(picture => ((int)(picture.Time - Noon).TotalMinutes, picture.Doubt)));
        Assert.Equal(4, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void What_a_power_cut_left_is_removed_and_the_rest_is_kept()
    {
        Offer(Open(), "whole", .5);
        File.WriteAllText(Path.Combine(folder.Path, "20260601T100000125Z-a1-x.png"), "no labels");
        File.WriteAllText(Path.Combine(folder.Path, "20260601T100000125Z-a2-x_label.png"), "no picture");
        File.WriteAllText(Path.Combine(folder.Path, ".a.png%part"), "half");

        Assert.Equal(["whole"], Plants(Open()));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Only_what_is_listed_is_found()
    {
        File.WriteAllText(Path.Combine(folder.Path, "secret.txt"), "");
        DoubtfulPictures pictures = Open();
        Assert.Null(pictures.Find("secret.txt"));
        Assert.Null(pictures.Find("../secret.txt"));
    }

    [Fact]
    public void A_certain_plant_is_not_kept()
    {
        DoubtfulPictures pictures = Open();
        Offer(pictures, "empty", 0);
        Assert.Empty(pictures.List().Pictures);
    }

    private static string[] Plants(DoubtfulPictures pictures) => [.. pictures.List().Pictures.Select(picture => picture.Plant)];

    private static void Offer(DoubtfulPictures pictures, string plant, double doubt, string model = "leafseg 0.9.0", Func<(RgbImage, LabelMap)>? draw = null) =>
        pictures.Offer(new DoubtfulPlant(plant, Noon, Guid.CreateVersion7(), doubt, model), draw ?? (() => (Noise(plant.Length), Leaf())));

    private static RgbImage Noise(int seed)
    {
        RgbImage picture = new(Side, Side);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }

    private static LabelMap Leaf()
    {
        LabelMap map = new(Side, Side);
        map.Labels.AsSpan(100, 50).Fill(1);
        return map;
    }

    private DoubtfulPictures Open() => new(folder.Path, new DoubtfulOptions { MaxMegabytes = 1 }, new RigName("ghent", "r17"));
}
