using System.Diagnostics;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class OpenCvCameraTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_video_gives_its_pictures_and_then_says_that_there_is_none()
    {
        using OpenCvCamera camera = Camera(Video(frames: 3));
        await camera.OpenAsync(Now);
        for (int frame = 0; frame < 3; frame++)
        {
            CameraPicture picture = (await camera.TakeAsync(Now))!;
            Assert.Equal((64, 48), (picture.Image.Width, picture.Image.Height));

            // Grey levels 40, 100, 160: JPEG may be off by some.
            Assert.InRange(picture.Image.Pixels[0], 30 + (60 * frame), 50 + (60 * frame));
        }

        await Assert.ThrowsAsync<CameraException>(() => camera.TakeAsync(Now));
        await camera.OpenAsync(Now);
        Assert.NotNull(await camera.TakeAsync(Now));
    }

    [Fact]
    public async Task A_native_call_that_blocks_for_ever_is_left_behind_at_the_deadline()
    {
        string pipe = Path.Combine(folder.Path, "silent.avi");
        using (Process mkfifo = Process.Start("mkfifo", [pipe]))
        {
            await mkfifo.WaitForExitAsync(Now);
        }

        using OpenCvCamera camera = Camera(pipe, deadlineSeconds: 0.3);
        CameraException silent = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains("not opened within 0.3 s", silent.Message, StringComparison.Ordinal);

        // Not without end: threads that hang cost memory.
        await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        CameraException enough = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains("3 reads hang", enough.Message, StringComparison.Ordinal);

        // A writer that comes and goes lets them return, and the camera may be tried again.
        using (Process writer = Process.Start("sh", ["-c", $"for i in 1 2 3 4 5; do : > {pipe}; sleep 0.1; done"]))
        {
            using CancellationTokenSource soon = new(TimeSpan.FromSeconds(30));
            while (enough.Message.Contains("reads hang", StringComparison.Ordinal))
            {
                await Task.Delay(100, soon.Token);
                enough = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
            }

            writer.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("/dev/video99", "there is no such device")]
    [InlineData("notes.txt", "not a camera")]
    public async Task What_is_no_camera_is_reported(string path, string message)
    {
        File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "no video");
        using OpenCvCamera camera = Camera(Path.Combine(folder.Path, path));
        CameraException wrong = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GStreamer_pipeline_that_does_not_open_is_reported()
    {
        using OpenCvCamera camera = new(new CameraDeviceOptions { Pipeline = "nosuchelement ! appsink" }, NullLogger<OpenCvCamera>.Instance);
        Assert.True(camera.IsLive);
        CameraException wrong = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains("GStreamer", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x47504a4du, "MJPG")]
    [InlineData(0x33524742u, "BGR3")]
    [InlineData(0u, "unknown format")]
    public void A_format_is_written_in_letters(uint fourCC, string letters) => Assert.Equal(letters, OpenCvCamera.Letters(fourCC));

    [Fact]
    public void Wrong_camera_settings_are_told_with_their_full_names() => Assert.Equal(
        ["c.pipeline", "c.format", "c.gain", "c.whiteBalanceK"],
        new CameraDeviceOptions { Pipeline = "nvarguscamerasrc", Format = "MJPEG", Gain = -1, WhiteBalanceK = 10 }.Problems("c").Select(p => p.Setting));

    private static OpenCvCamera Camera(string path, double deadlineSeconds = 30) =>
        new(new CameraDeviceOptions { Path = path, DeadlineSeconds = deadlineSeconds }, NullLogger<OpenCvCamera>.Instance);

    private string Video(int frames)
    {
        string path = Path.Combine(folder.Path, "plant.avi");
        using VideoWriter writer = new(path, FourCC.MJPG, 10, new Size(64, 48));
        for (int frame = 0; frame < frames; frame++)
        {
            using Mat picture = new(48, 64, MatType.CV_8UC3, Scalar.All(40 + (60 * frame)));
            writer.Write(picture);
        }

        return path;
    }
}
