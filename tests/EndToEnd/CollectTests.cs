using System.Text.Json;
using System.Text.RegularExpressions;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>Doubtful pictures, kept by a real rig and fetched by the real <c>leafseg-train collect</c>.</summary>
public sealed class CollectTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();
    private readonly Rig rig;

    public CollectTests()
    {
        rig = new Rig(folder.Path, $"127.0.0.1:{Mosquitto.FreePort()}");
        Directory.CreateDirectory(rig.Frames);
        File.WriteAllText(At("token"), Token + "\n");
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private string Doubtful => Path.Combine(rig.State, "doubtful");

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_plants_picture_comes_once_by_rig_plant_and_time_and_the_label_page_shows_what_the_model_drew()
    {
        Pictures(count: 3, side: 160);
        using ChildProcess agent = Start(new { rectangles = new[] { Pot("a1", 0), Pot("a2", 80) } });
        DoubtfulList list = await ListAsync(agent, 6);
        Assert.Equal(("ghent", "r17"), (list.Site, list.Rig));

        (int code, string said) = await CollectAsync("--most", "5", Address(rig.StatusPort));

        Assert.True(code == ExitCode.Done, said);
        Assert.Contains("ghent/r17: 5 new of ", said, StringComparison.Ordinal);
        string[] labels = Directory.GetFiles(At("season"), "*_label.png");
        Assert.Equal(5, labels.Length);
        Assert.All(labels, file => Assert.Matches(new Regex(@"^ghent_r17_a[12]_\d{8}T\d{6}-\d{3}_label\.png$"), Path.GetFileName(file)));
        Assert.All(labels, file => Assert.Equal((80, 160), Size(ImageFile.Read(file.Replace("_label.png", ".png", StringComparison.Ordinal)))));
        Assert.Equal(6, File.ReadAllLines(At("season/collected.csv")).Length);

        // Nobody has looked at them: no truth to train on, and the page has what the rig's model drew.
        LabelledPictures data = LabelledPictures.Recognise(At("season"));
        Assert.Equal(0, data.Count);
        Assert.Equal(5, data.Findings.Count(finding => finding.Kind == FindingKind.Untouched));
        using (ChildProcess label = Train("label", "--model", rig.Model, At("season")))
        {
            await label.UntilAsync("the page", () => label.Output.Any(line => line.Contains("Open http", StringComparison.Ordinal)));
            string address = Regex.Match(string.Join('\n', label.Output), @"http://[\d.:]+/").Value;
            using JsonDocument state = JsonDocument.Parse(await http.GetStringAsync(new Uri(address + "state"), Now));
            Assert.All(state.RootElement.GetProperty("pictures").EnumerateArray(), picture =>
            {
                Assert.Equal("drafted", picture.GetProperty("state").GetString());
                Assert.InRange(picture.GetProperty("doubt").GetDouble(), .01, 1);
            });
            Assert.Equal(ExitCode.Done, await label.EndAsync("INT"));
        }

        // Corrected or gone, none comes again.
        File.Delete(labels[0]);
        File.Delete(labels[0].Replace("_label.png", ".png", StringComparison.Ordinal));
        DateTime written = File.GetLastWriteTimeUtc(labels[1]);
        (code, said) = await CollectAsync(Address(rig.StatusPort));
        Assert.True(code == ExitCode.Done, said);
        Assert.False(File.Exists(labels[0]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(labels[1]));
        string[] lines = File.ReadAllLines(At("season/collected.csv"));
        Assert.Equal(lines.Length, lines.Select(line => string.Join(',', line.Split(',')[5], line.Split(',')[3])).Distinct().Count());
    }

    [Fact]
    public async Task Over_a_line_that_is_slow_and_breaks_off_the_rig_goes_on_measuring_and_the_picture_comes_in_pieces()
    {
        Pictures(count: 1, side: 512);
        using ChildProcess agent = Start();
        await ListAsync(agent, 1);
        using SlowLine line = new(rig.StatusPort, bytesPerSecond: 200_000) { BreaksAfter = 60_000 };
        long before = await ResultsAsync();

        (int code, string said) = await CollectAsync("--most", "1", Address(line.Port));

        Assert.True(code == ExitCode.BadFile, said);
        Assert.Contains("start again to go on from there", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("season"), "*.png"));
        Assert.True(await ResultsAsync() > before + 2);

        line.BreaksAfter = long.MaxValue;
        long passed = line.Passed;
        (code, said) = await CollectAsync("--most", "1", Address(line.Port));

        Assert.True(code == ExitCode.Done, said);
        string picture = Directory.GetFiles(At("season"), "*.png").Single(file => !file.EndsWith("_label.png", StringComparison.Ordinal));
        Assert.True(line.Passed - passed < new FileInfo(picture).Length, "what was there came again");
    }

    [Fact]
    public async Task A_picture_that_the_rigs_disk_has_spoilt_is_named_and_the_others_come()
    {
        Pictures(count: 3, side: 64);
        using ChildProcess agent = Start();
        await ListAsync(agent, 3);
        Assert.Equal(0, await agent.EndAsync("TERM"));
        string spoilt = Directory.GetFiles(Doubtful, "*_label.png").Order(StringComparer.Ordinal).First().Replace("_label.png", ".png", StringComparison.Ordinal);
        byte[] bytes = await File.ReadAllBytesAsync(spoilt, Now);
        bytes[^200] ^= 0x55;
        await File.WriteAllBytesAsync(spoilt, bytes, Now);
        using ChildProcess again = Start();
        int kept = (await ListAsync(again, 3)).Pictures.Count;

        (int code, string said) = await CollectAsync(Address(rig.StatusPort));

        Assert.True(code == ExitCode.BadFile, said);
        Assert.Contains(Path.GetFileName(spoilt), said, StringComparison.Ordinal);
        Assert.Contains("its sha256 is", said, StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(At("season"), "*_label.png").Length, kept - 1, int.MaxValue);
        Assert.True(File.Exists(spoilt));
    }

    [Fact]
    public async Task Rigs_that_cannot_be_had_are_named_each_with_its_reason_and_the_others_come()
    {
        Pictures(count: 1, side: 64);
        using ChildProcess agent = Start();
        await ListAsync(agent, 1);
        File.WriteAllText(At("wrong"), "not the token of this rig\n");
        File.WriteAllText(At("rigs"), $"# Ghent\n{Address(Mosquitto.FreePort())}\n{Address(rig.StatusPort)} token\n");

        (int code, string said) = await CollectAsync("--rigs", At("rigs"));
        Assert.True(code == ExitCode.BadFile, said);
        Assert.Contains("cannot be reached", said, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(At("season"), "*_label.png"));

        using ChildProcess none = Train("collect", "--out", At("season"), Address(rig.StatusPort));
        Assert.Equal(ExitCode.BadFile, await none.ExitCodeAsync());
        Assert.Contains("name the file that holds the rig's (statusPage.tokenFile) with --token-file", none.Errors, StringComparison.Ordinal);
        using ChildProcess wrong = Train("collect", "--out", At("season"), "--token-file", At("wrong"), Address(rig.StatusPort));
        Assert.Equal(ExitCode.BadFile, await wrong.ExitCodeAsync());
        Assert.Contains("does not take this token", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_with_TLS_is_trusted_by_the_authority_that_is_named_and_by_no_other()
    {
        Pictures(count: 1, side: 64);
        using Authority authority = new(folder.Path);
        (string certificate, string key) = authority.Issue("r17");
        using ChildProcess agent = Start(tls: new { certificateFile = certificate, keyFile = key });
        await agent.UntilAsync("a doubtful picture", () => Directory.Exists(Doubtful) && Directory.GetFiles(Doubtful, "*_label.png").Length > 0);
        string page = $"https://127.0.0.1:{rig.StatusPort}";

        (int code, string said) = await CollectAsync(page);
        Assert.True(code == ExitCode.BadFile, said);
        Assert.Contains("cannot be reached", said, StringComparison.Ordinal);

        // Two connections with the same trust.
        (code, said) = await CollectAsync("--ca", authority.File, page, page);
        Assert.True(code == ExitCode.Done, said);
        Assert.NotEmpty(Directory.GetFiles(At("season"), "*_label.png"));

        (code, said) = await CollectAsync("--ca", At("token"), page);
        Assert.True(code == ExitCode.BadFile, said);
        Assert.Contains("found no certificate in PEM", said, StringComparison.Ordinal);
    }

    private static (int, int) Size(RgbImage picture) => (picture.Width, picture.Height);

    private static object Pot(string plant, int x) => new { plant, x, y = 0, width = 80, height = 160 };

    private static string Address(int port) => $"http://127.0.0.1:{port}";

    private static ChildProcess Train(params IEnumerable<string> arguments) => new(Path.Combine(AppContext.BaseDirectory, "leafseg-train"), arguments);

    private string At(string name) => Path.Combine(folder.Path, name);

    /// <summary>Bright noise: no format makes it small, and the model sees leaves in it.</summary>
    private void Pictures(int count, int side)
    {
        for (int i = 0; i < count; i++)
        {
            RgbImage noise = new(side, side);
            Random random = new(i);
            for (int k = 0; k < noise.Pixels.Length; k++)
            {
                noise.Pixels[k] = (byte)random.Next(200, 256);
            }

            ImageFile.Write(Path.Combine(rig.Frames, $"p{i}.png"), noise);
        }
    }

    private ChildProcess Start(object? pots = null, object? tls = null)
    {
        string settings = At("settings.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            triggers = new { gpio = new { chip = "simulated" } },
            statusPage = new { tokenFile = At("token"), tls = tls ?? new { } },
            originals = new { doubtful = new { maxMegabytes = 20, minutes = 0 } },
            pots = pots ?? new { },
        }));
        return AgentProcess.Run(rig, "--loop", "--settings", settings);
    }

    private async Task<DoubtfulList> ListAsync(ChildProcess agent, int least)
    {
        DoubtfulList? list = null;
        await agent.UntilAsync($"{least} doubtful pictures", async () =>
        {
            Assert.False(agent.HasExited, agent.Errors);
            try
            {
                list = MessageJson.ReadDoubtful(await http.GetByteArrayAsync(new Uri($"{Address(rig.StatusPort)}/doubtful.json"), Now));
                return list.Pictures.Count >= least;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return list!;
    }

    private async Task<long> ResultsAsync()
    {
        using JsonDocument status = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{Address(rig.StatusPort)}/status.json"), Now));
        return status.RootElement.GetProperty("results").GetInt64();
    }

    private async Task<(int Code, string Said)> CollectAsync(params IEnumerable<string> arguments)
    {
        using ChildProcess collect = Train(["collect", "--out", At("season"), "--token-file", At("token"), .. arguments]);
        return (await collect.ExitCodeAsync(), string.Join('\n', collect.Output) + "\n" + collect.Errors);
    }
}
