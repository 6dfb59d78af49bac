using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Processing;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture.Network;

/// <summary>Real servers on loopback, and the real programs that read from them.</summary>
public sealed class StreamCameraTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pictures_of_an_rtsp_server_come_and_come_again_after_it_was_away()
    {
        int port = LoopbackPorts.Free();
        using IFrameSource camera = Camera($"rtsp://127.0.0.1:{port}/plants");
        using (ChildProcess server = await RtspAsync(port))
        {
            await camera.OpenAsync(Now);
            for (int picture = 0; picture < 2; picture++)
            {
                RgbImage image = (await camera.TakeAsync(Now))!.Image;
                Assert.Equal((160, 120), (image.Width, image.Height));
            }

            Assert.True(camera.IsLive);
        }

        await Assert.ThrowsAsync<CameraException>(async () =>
        {
            for (int picture = 0; picture < 1000; picture++)
            {
                await camera.TakeAsync(Now);
            }
        });
        using ChildProcess again = await RtspAsync(port);
        await camera.OpenAsync(Now);
        Assert.NotNull(await camera.TakeAsync(Now));
    }

    [Fact]
    public async Task A_stream_that_hangs_is_given_up_at_its_deadline_and_nothing_of_it_stays_behind()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        using IFrameSource silent = Camera($"http://{address}", deadlineSeconds: 1);
        CameraException hangs = await Assert.ThrowsAsync<CameraException>(() => silent.OpenAsync(Now));
        Assert.Contains("not a picture within 1 s (camera.network.deadlineSeconds)", hangs.Message, StringComparison.Ordinal);
        // A process that was killed is listed until the kernel has ended its threads.
        Assert.True(SpinWait.SpinUntil(
            () => !Process.GetProcessesByName("ffmpeg").Any(p => !p.HasExited && CommandLine(p).Contains(address, StringComparison.Ordinal)), TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_stream_that_stops_is_lost_at_its_deadline_and_is_read_again_when_it_goes_on()
    {
        int port = LoopbackPorts.Free();
        using ChildProcess server = Mjpeg(port, "testsrc=size=64x48:rate=10");
        using IFrameSource camera = Camera($"http://127.0.0.1:{port}/", deadlineSeconds: 3);
        await OpenAsync(camera);
        Process ffmpeg = Assert.Single(Process.GetProcessesByName("ffmpeg"), p => CommandLine(p).Contains($"-listen\u00001\0http://127.0.0.1:{port}/", StringComparison.Ordinal));
        Process.Start("kill", ["-STOP", $"{ffmpeg.Id}"]).WaitForExit();
        CameraException lost = await Assert.ThrowsAsync<CameraException>(async () =>
        {
            for (int picture = 0; picture < 1000; picture++)
            {
                await camera.TakeAsync(Now);
            }
        });
        Assert.Contains("not a picture within", lost.Message, StringComparison.Ordinal);
        Process.Start("kill", ["-CONT", $"{ffmpeg.Id}"]).WaitForExit();
        await OpenAsync(camera);
        Assert.NotNull(await camera.TakeAsync(Now));
    }

    [Fact]
    public async Task A_stream_that_changes_its_size_is_opened_anew_with_the_new_one()
    {
        int port = LoopbackPorts.Free();
        foreach ((string file, string size) in new[] { ("a", "64x48"), ("b", "96x72") })
        {
            await FfmpegAsync("-f", "lavfi", "-i", $"testsrc=size={size}:rate=10:duration=6", "-c:v", "mjpeg", $"{file}.mjpeg");
        }

        await using (FileStream both = File.Create(At("ab.mjpeg")))
        {
            foreach (string file in (string[])["a.mjpeg", "b.mjpeg"])
            {
                both.Write(await File.ReadAllBytesAsync(At(file), Now));
            }
        }

        string serve = $"setpriv --pdeathsig KILL ffmpeg -loglevel quiet -re -f mjpeg -framerate 10 -i {At("X.mjpeg")} -c copy -f mpjpeg -listen 1 http://127.0.0.1:{port}/;";
        using ChildProcess server = new("sh", "-c", serve.Replace("X", "ab", StringComparison.Ordinal) + string.Concat(Enumerable.Repeat(serve.Replace("X", "b", StringComparison.Ordinal), 20)));
        using IFrameSource camera = Camera($"http://127.0.0.1:{port}/", deadlineSeconds: 60);
        await OpenAsync(camera);
        int width = 64;
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        while (width == 64 && !patience.IsCancellationRequested)
        {
            try
            {
                RgbImage picture = (await camera.TakeAsync(Now))!.Image;
                width = picture.Width;
                Assert.Equal(width == 64 ? 48 : 72, picture.Height);
            }
            catch (CameraException)
            {
                await Task.Delay(200, Now);
            }
        }

        Assert.Equal(96, width);
    }

    [Fact]
    public async Task A_stream_that_stays_black_gives_pictures_whose_quality_says_so()
    {
        int port = LoopbackPorts.Free();
        using ChildProcess server = Mjpeg(port, "color=black:size=64x48:rate=10");
        using IFrameSource camera = Camera($"http://127.0.0.1:{port}/");
        await OpenAsync(camera);
        Assert.True(FrameQuality.Measure((await camera.TakeAsync(Now))!.Image).Dark > 0.98);
    }

    [Fact]
    public async Task A_camera_that_is_away_is_reported_without_its_password()
    {
        using IFrameSource camera = Camera("rtsp://rig:secret@127.0.0.1:9/plants?token=hidden");
        CameraException away = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.StartsWith("rtsp://127.0.0.1:9/plants: ", away.Message, StringComparison.Ordinal);
        Assert.Contains("refused", away.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GStreamer_pipeline_is_read_by_gst_launch_where_OpenCV_cannot()
    {
        using IFrameSource camera = Source(new CameraOptions
        {
            Device = new CameraDeviceOptions { Pipeline = "videotestsrc is-live=true ! video/x-raw,width=96,height=64,framerate=5/1 ! appsink drop=1", DeadlineSeconds = 60 },
        });
        await camera.OpenAsync(Now);
        RgbImage picture = (await camera.TakeAsync(Now))!.Image;
        Assert.Equal((96, 64), (picture.Width, picture.Height));

        using IFrameSource wrong = Source(new CameraOptions { Device = new CameraDeviceOptions { Pipeline = "nosuchelement ! appsink" } });
        CameraException failure = await Assert.ThrowsAsync<CameraException>(() => wrong.OpenAsync(Now));
        Assert.Contains("nosuchelement", failure.Message, StringComparison.Ordinal);
    }

    private static IFrameSource Camera(string url, double deadlineSeconds = 30) =>
        Source(new CameraOptions { Network = new() { Url = url, DeadlineSeconds = deadlineSeconds } });

    private static IFrameSource Source(CameraOptions options) =>
        FrameSources.Of(options, "camera", new Counters(), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A server that was just started may not listen yet.</summary>
    private static async Task OpenAsync(IFrameSource camera)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await camera.OpenAsync(Now);
                return;
            }
            catch (CameraException) when (tries < 200)
            {
                await Task.Delay(200, Now);
            }
        }
    }

    private static async Task<ChildProcess> RtspAsync(int port)
    {
        ChildProcess server = new("/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "rtsp_server.py"), port.ToString(CultureInfo.InvariantCulture));
        await server.UntilAsync("the server listens", () => server.HasExited || server.Output.Count > 0);
        Assert.False(server.HasExited, server.Errors);
        return server;
    }

    /// <summary>An MJPEG server for one client after the other.</summary>
    private static ChildProcess Mjpeg(int port, string source) => new("sh", "-c",
        $"while :; do setpriv --pdeathsig KILL ffmpeg -loglevel quiet -re -f lavfi -i {source} -c:v mjpeg -f mpjpeg -listen 1 http://127.0.0.1:{port}/; done");

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string At(string file) => Path.Combine(folder.Path, file);

    private async Task FfmpegAsync(params string[] arguments)
    {
        using ChildProcess ffmpeg = new("ffmpeg", ["-loglevel", "error", "-y", .. arguments[..^1], At(arguments[^1])]);
        int code = await ffmpeg.ExitCodeAsync();
        Assert.True(code == 0, ffmpeg.Errors);
    }
}
