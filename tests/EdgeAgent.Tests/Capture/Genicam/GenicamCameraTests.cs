using System.Diagnostics;
using System.Runtime.CompilerServices;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Capture.Genicam;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Capture.Genicam;

/// <summary>The real Aravis, with its own simulated cameras: GigE Vision over loopback, and one inside the library.</summary>
public sealed class GenicamCameraTests
{
    private const string Name = "Aravis-Fake-LEAF1";
    private const string Serial = "LEAF1";

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_exposes_one_picture_with_the_settings_that_were_given()
    {
        using FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial);
        using IFrameSource camera = Camera(new GenicamOptions { Name = Name, Width = 256, Height = 128, PixelFormat = "BayerRG8", ExposureUs = 20_000, Trigger = "software" });
        await camera.OpenAsync(Now);
        HashSet<string> different = [];
        for (int i = 0; i < 3; i++)
        {
            CameraPicture picture = await TakeAsync(camera);
            Assert.Equal((256, 128), (picture.Image.Width, picture.Image.Height));
            Assert.Equal(20_000, picture.ExposureUs);
            different.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(picture.Image.Pixels)));
        }

        // Its pattern moves on with each picture: no picture came twice.
        Assert.Equal(3, different.Count);
        Assert.True(camera.IsLive);
    }

    [Fact]
    public async Task A_camera_that_goes_away_is_lost_and_is_taken_up_again_when_it_is_back_with_another_size()
    {
        GenicamOptions options = new() { Name = Name, DeadlineSeconds = 3 };
        using IFrameSource camera = Camera(options);
        using (FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial))
        {
            await camera.OpenAsync(Now);
            Assert.Equal(512, (await TakeAsync(camera)).Image.Width);
        }

        await Assert.ThrowsAsync<CameraException>(() => camera.TakeAsync(Now));
        CameraException away = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.Contains("camera.genicam.name", away.Message, StringComparison.Ordinal);

        using FakeGigECamera back = await FakeGigECamera.StartAsync(Serial);
        using (Process tool = Process.Start("arv-tool-0.8", ["-a", "127.0.0.1", "control", "Width=320"]))
        {
            await tool.WaitForExitAsync(Now);
        }

        await camera.OpenAsync(Now);
        Assert.Equal(320, (await TakeAsync(camera)).Image.Width);
    }

    [Fact]
    public async Task A_free_running_camera_gives_a_picture_that_began_after_the_request()
    {
        using FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial);
        using IFrameSource camera = Camera(new GenicamOptions { Name = Name, PixelFormat = "Mono8", Trigger = "off", Features = ["AcquisitionFrameRate=20"] });
        await camera.OpenAsync(Now);
        int before = await NumberAsync();
        for (int i = 0; i < 2; i++)
        {
            // Its four buffers fill, and what comes after them finds no room.
            await Task.Delay(TimeSpan.FromSeconds(2), Now);
            int number = await NumberAsync();
            int further = (number - before + 255) % 255;
            Assert.True(further > 6, $"picture {number} came {further} after {before}: it waited in a buffer");
            before = number;
        }

        // The first pixel of its ramp counts the pictures, modulo 255.
        async Task<int> NumberAsync() => (await TakeAsync(camera)).Image.Pixels[0];
    }

    [Fact]
    public async Task A_trigger_that_waited_takes_the_picture_of_its_own_pulse()
    {
        using FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial);
        using GenicamDevice device = new(new GenicamOptions { Name = Name, Width = 256, Height = 128, PixelFormat = "Mono8", Trigger = "Line0", DeadlineSeconds = 3 }, "c", TimeProvider.System);

        // The simulated camera has no wire: its input is what a command exposes.
        Assert.NotEqual(0, AravisLibrary.SetFeatures(AravisLibrary.Device(HandleOf(device)), "TriggerSource=Software", out nint error));
        Assert.Equal(0, error);
        while (true)
        {
            List<long> edges = [];
            for (int i = 0; i < 3; i++)
            {
                edges.Add(TimeProvider.System.MonotonicNs());
                AravisLibrary.TriggerSoftware(HandleOf(device), out error);
                Assert.Equal(0, error);
                await Task.Delay(TimeSpan.FromSeconds(1), Now);
            }

            try
            {
                // The first is given up; the others waited 2 s and 1 s.
                int second = device.Take(edges[1]).Image.Pixels[0], third = device.Take(edges[2]).Image.Pixels[0];
                Assert.Equal(1, (third - second + 255) % 255);
                CameraException none = Assert.Throws<CameraException>(() => device.Take(TimeProvider.System.MonotonicNs()));
                Assert.Contains("it waits for a pulse", none.Message, StringComparison.Ordinal);
                return;
            }
            catch (CameraException e) when (e.CanReadAgain)
            {
                // Packets were lost, as below.
            }
        }
    }

    [Fact]
    public async Task A_camera_that_waits_for_a_pulse_which_does_not_come_says_at_which_input()
    {
        using FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial);
        using IFrameSource camera = Camera(new GenicamOptions { Name = Name, Trigger = "Line0", DeadlineSeconds = 0.5 });
        await camera.OpenAsync(Now);
        CameraException waits = await Assert.ThrowsAsync<CameraException>(() => camera.TakeAsync(Now));
        Assert.Contains("not a picture within 0.5 s (camera.genicam.deadlineSeconds); it waits for a pulse at its input Line0", waits.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_camera_that_another_program_controls_is_reported_and_taken_when_it_is_free()
    {
        using FakeGigECamera fake = await FakeGigECamera.StartAsync(Serial);
        IFrameSource first = Camera(new GenicamOptions { Name = Name });
        using IFrameSource second = Camera(new GenicamOptions { Name = Name });
        await first.OpenAsync(Now);
        CameraException busy = await Assert.ThrowsAsync<CameraException>(() => second.OpenAsync(Now));
        Assert.StartsWith(Name, busy.Message, StringComparison.Ordinal);
        first.Dispose();
        await UntilOpenAsync(second);
        Assert.NotNull(await TakeAsync(second));
    }

    [Theory]
    [InlineData("camera.genicam.pixelFormat \"RGB99\" (it has BayerBG8, ")]
    [InlineData("camera.genicam.width 10000: ")]
    [InlineData("camera.genicam.exposureUs 0.0001: ")]
    [InlineData("camera.genicam.features \"NoSuchFeature=1\": ")]
    public async Task A_setting_that_it_does_not_take_is_reported_with_its_name(string expected)
    {
        GenicamOptions options = new() { Name = "Fake_1" };
        options = expected switch
        {
            var text when text.Contains("RGB99", StringComparison.Ordinal) => options with { PixelFormat = "RGB99" },
            var text when text.Contains("width", StringComparison.Ordinal) => options with { Width = 10_000 },
            var text when text.Contains("exposure", StringComparison.Ordinal) => options with { ExposureUs = 0.0001 },
            _ => options with { Features = ["NoSuchFeature=1"] },
        };
        using IFrameSource camera = Camera(options);
        CameraException wrong = await Assert.ThrowsAsync<CameraException>(() => camera.OpenAsync(Now));
        Assert.True(wrong.Message.Contains(expected, StringComparison.Ordinal), wrong.Message);
    }

    [Fact]
    public async Task The_camera_inside_the_library_needs_no_network()
    {
        using IFrameSource camera = Camera(new GenicamOptions { Name = "Fake_1", PixelFormat = "RGB8", Features = ["OffsetX=16", "Width=128"] });
        await camera.OpenAsync(Now);
        RgbImage picture = (await TakeAsync(camera)).Image;
        Assert.Equal(128, picture.Width);
        Assert.NotEqual(picture.Pixels[0], picture.Pixels[1]);
    }

    [Fact]
    public void Wrong_settings_are_named_with_their_full_names() => Assert.Equal(
        ["c.name", "c.pixelFormat", "c.trigger", "c.width", "c.height", "c.exposureUs", "c.gain", "c.features", "c.packetSize", "c.deadlineSeconds"],
        new GenicamOptions
        {
            PixelFormat = "",
            Trigger = " ",
            Width = 0,
            Height = -1,
            ExposureUs = 0,
            Gain = -2000,
            Features = ["Gain=1 Width=2"],
            PacketSize = 10,
            DeadlineSeconds = 0,
        }.Problems("c").Select(problem => problem.Setting));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "camera")]
    private static extern ref nint HandleOf(GenicamDevice device);

    /// <summary>On a busy machine packets of the simulated camera are lost, as on a busy network.</summary>
    private static async Task<CameraPicture> TakeAsync(IFrameSource camera)
    {
        while (true)
        {
            try
            {
                return (await camera.TakeAsync(Now))!;
            }
            catch (CameraException e) when (e.CanReadAgain)
            {
            }
        }
    }

    private static async Task UntilOpenAsync(IFrameSource camera)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Now);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                await camera.OpenAsync(patience.Token);
                return;
            }
            catch (CameraException)
            {
                await Task.Delay(100, patience.Token);
            }
        }
    }

    private static IFrameSource Camera(GenicamOptions options) =>
        FrameSources.Of(new CameraOptions { Genicam = options }, "camera", new Counters(), TimeProvider.System, NullLoggerFactory.Instance);
}
