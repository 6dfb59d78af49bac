using System.Globalization;
using System.Runtime.InteropServices;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Machine;
using Lib = LeafSeg.EdgeAgent.Capture.Genicam.AravisLibrary;

namespace LeafSeg.EdgeAgent.Capture.Genicam;

/// <summary>A camera that is open in Aravis. Every call may block.</summary>
internal sealed class GenicamDevice : IDisposable
{
    /// <summary>Pictures that may come before one is taken from the stream.</summary>
    private const int Buffers = 4;

    /// <summary>A picture that the camera's own input exposed may be here this long before the agent has heard of the trigger.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(500);

    /// <summary>Aravis has one list of devices for the process; an update frees the names that another thread reads from it.</summary>
    private static readonly Lock DeviceList = new();

    private readonly GenicamOptions options;
    private readonly string setting;
    private readonly TimeProvider time;
    private nint camera;
    private nint stream;

    /// <param name="options">The camera's settings.</param>
    /// <param name="setting">Full name of the section that holds them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CameraException">It is not there, is in use, or does not take a setting.</exception>
    /// <exception cref="DllNotFoundException">Aravis is not installed.</exception>
    public GenicamDevice(GenicamOptions options, string setting, TimeProvider time)
    {
        (this.options, this.setting, this.time) = (options, setting, time);
        try
        {
            Open();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Format { get; private set; } = "";

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>What starts an exposure: <see cref="GenicamOptions.Software"/>, <see cref="GenicamOptions.FreeRunning"/> or an input.</summary>
    public string Trigger { get; private set; } = "";

    /// <summary>Takes the picture that this request, or the pulse at the camera's input, has exposed.</summary>
    /// <param name="edgeMonotonicNs">Monotonic time of the pulse at the camera's input, which may have waited; null: it comes now.</param>
    /// <exception cref="CameraException">None has come, or not all of it.</exception>
    public CameraPicture Take(long? edgeMonotonicNs)
    {
        long begin = time.GetTimestamp();
        bool isExternal = Trigger is not (GenicamOptions.Software or GenicamOptions.FreeRunning);
        TimeSpan waited = edgeMonotonicNs is { } edge ? TimeSpan.FromMilliseconds(time.MillisecondsSince(edge)) : TimeSpan.Zero;
        nint buffer = DropOlder(isExternal ? time.GetUtcNow() - waited - Ahead : DateTimeOffset.MaxValue);
        if (Trigger == GenicamOptions.Software)
        {
            Lib.TriggerSoftware(camera, out nint error);
            ThrowIf(error, "the software trigger");
        }
        else if (Trigger == GenicamOptions.FreeRunning)
        {
            // It was exposed, or began to be, before it was requested.
            Lib.Push(stream, Next(begin));
        }

        if (buffer == 0)
        {
            buffer = Next(begin);
        }

        try
        {
            return Read(buffer);
        }
        finally
        {
            Lib.Push(stream, buffer);
        }
    }

    public void Dispose()
    {
        if (stream != 0)
        {
            Lib.StopAcquisition(camera, out nint error);
            Text(error);
            Lib.Release(stream);
            stream = 0;
        }

        if (camera != 0)
        {
            Lib.Release(camera);
            camera = 0;
        }
    }

    private void Open()
    {
        if (options.Name.StartsWith("Fake_", StringComparison.Ordinal))
        {
            Lib.EnableInterface("Fake");
        }

        lock (DeviceList)
        {
            Lib.UpdateDeviceList();
            camera = Lib.NewCamera(options.Name, out nint error);
            if (camera == 0)
            {
                throw new CameraException($"{options.Name}: {Text(error) ?? "not found"}; found {Found()}; expected {setting}.name to be one of these, or an IP address");
            }

            Text(error);
        }

        Lib.SetRangeCheck(camera, 1);
        bool isGigE = Lib.IsGigE(camera) != 0;
        Configure(isGigE);
        Stream(isGigE);
    }

    private void Configure(bool isGigE)
    {
        nint error;
        if (isGigE)
        {
            // Packet sockets take a right that the service does not have, and root would take another path.
            Lib.SetStreamOptions(camera, 1);
            if (options.PacketSize is { } bytes)
            {
                Lib.SetPacketSize(camera, bytes, out error);
                ThrowIf(error, $"{setting}.packetSize {bytes}");
            }
        }

        if (options.PixelFormat is { } format)
        {
            Lib.SetPixelFormat(camera, format, out error);
            if (Text(error) is { } problem)
            {
                throw new CameraException($"{options.Name}: {setting}.pixelFormat \"{format}\" (it has {Formats()}): {problem}");
            }
        }

        uint inUse = Lib.PixelFormat(camera, out error);
        ThrowIf(error, "its pixel format");
        if (!GenicamPixels.CanRead(inUse))
        {
            throw new CameraException($"{options.Name}: found the pixel format {GenicamPixels.NameOf(inUse)}, which is not read; set {setting}.pixelFormat to one of those that the camera has ({Formats()}) and LeafSeg reads ({string.Join(", ", GenicamPixels.Names)})");
        }

        Format = GenicamPixels.NameOf(inUse);
        foreach ((string feature, string name, int? pixels) in new[] { ("Width", "width", options.Width), ("Height", "height", options.Height) })
        {
            if (pixels is { } value)
            {
                Lib.SetInteger(camera, feature, value, out error);
                ThrowIf(error, $"{setting}.{name} {value}");
            }
        }

        Expose();
        foreach (string feature in options.Features)
        {
            _ = Lib.SetFeatures(Lib.Device(camera), feature, out error);
            ThrowIf(error, $"{setting}.features \"{feature}\"");
        }

        SetTrigger();
        Lib.Region(camera, out _, out _, out int width, out int height, out error);
        ThrowIf(error, "the size of its pictures");
        (Width, Height) = (width, height);
    }

    private void Expose()
    {
        nint error;
        if (options.ExposureUs is { } exposure)
        {
            if (Has(Lib.HasExposureAuto))
            {
                Lib.SetExposureAuto(camera, 0, out error);
                ThrowIf(error, $"{setting}.exposureUs (ExposureAuto=Off)");
            }

            Lib.SetExposure(camera, exposure, out error);
            ThrowIf(error, string.Create(CultureInfo.InvariantCulture, $"{setting}.exposureUs {exposure}"));
        }

        if (options.Gain is { } gain)
        {
            if (Has(Lib.HasGainAuto))
            {
                Lib.SetGainAuto(camera, 0, out error);
                ThrowIf(error, $"{setting}.gain (GainAuto=Off)");
            }

            Lib.SetGain(camera, gain, out error);
            ThrowIf(error, string.Create(CultureInfo.InvariantCulture, $"{setting}.gain {gain}"));
        }
    }

    private void SetTrigger()
    {
        Trigger = options.Trigger ?? (Has(Lib.HasSoftwareTrigger) ? GenicamOptions.Software : GenicamOptions.FreeRunning);
        nint error;
        if (Trigger == GenicamOptions.FreeRunning)
        {
            Lib.ClearTriggers(camera, out error);
        }
        else
        {
            Lib.SetTrigger(camera, Trigger == GenicamOptions.Software ? "Software" : Trigger, out error);
        }

        ThrowIf(error, $"{setting}.trigger \"{Trigger}\"");
    }

    private void Stream(bool isGigE)
    {
        Lib.SetAcquisitionMode(camera, 0, out nint error);
        ThrowIf(error, "continuous acquisition");
        uint payload = Lib.Payload(camera, out error);
        ThrowIf(error, "the bytes of a picture");
        stream = Lib.CreateStream(camera, 0, 0, out error);
        ThrowIf(error, "a stream of pictures");
        if (isGigE)
        {
            // The kernel's buffer holds a whole picture, so that no packet is lost while this process is not running.
            Lib.Value auto = default;
            Lib.InitialiseValue(ref auto, Lib.TypeNamed("ArvGvStreamSocketBuffer"));
            Lib.SetEnum(ref auto, 1);
            Lib.SetProperty(stream, "socket-buffer", ref auto);
        }

        for (int i = 0; i < Buffers; i++)
        {
            Lib.Push(stream, Lib.NewBuffer(payload));
        }

        Lib.StartAcquisition(camera, out error);
        ThrowIf(error, "the start of the acquisition");
    }

    /// <summary>Gives back all pictures that began to come before a moment.</summary>
    /// <returns>The first later one; 0: it is not here yet.</returns>
    private nint DropOlder(DateTimeOffset moment)
    {
        while (Lib.TryPop(stream) is var buffer and not 0)
        {
            if (DateTimeOffset.UnixEpoch.AddTicks((long)(Lib.BufferTime(buffer) / 100)) >= moment)
            {
                return buffer;
            }

            Lib.Push(stream, buffer);
        }

        return 0;
    }

    private nint Next(long begin)
    {
        TimeSpan left = TimeSpan.FromSeconds(options.DeadlineSeconds) - time.GetElapsedTime(begin);
        nint buffer = left > TimeSpan.Zero ? Lib.Pop(stream, (ulong)left.TotalMicroseconds) : 0;
        return buffer != 0
            ? buffer
            : throw new CameraException(string.Create(CultureInfo.InvariantCulture,
                $"{options.Name}: not a picture within {options.DeadlineSeconds:0.#} s ({setting}.deadlineSeconds){(Trigger is GenicamOptions.Software or GenicamOptions.FreeRunning ? "" : $"; it waits for a pulse at its input {Trigger} ({setting}.trigger)")}"));
    }

    private CameraPicture Read(nint buffer)
    {
        if (Lib.BufferStatus(buffer) is not 0 and var status)
        {
            throw new CameraException($"{options.Name}: a picture did not come whole ({(BufferStatus)status}); look at its cable, and for GigE at {setting}.packetSize and net.core.rmem_max")
            {
                CanReadAgain = true,
            };
        }

        Lib.ImageRegion(buffer, out _, out _, out int width, out int height);
        Lib.ImagePadding(buffer, out int padding, out _);
        nint data = Lib.ImageData(buffer, out nuint bytes);
        try
        {
            RgbImage picture = GenicamPixels.ToRgb(Lib.ImagePixelFormat(buffer), width, height, data, (long)bytes, padding);
            return new CameraPicture { Image = picture, Source = options.Name, ExposureUs = ExposureInUse() };
        }
        catch (InvalidDataException e)
        {
            throw new CameraException($"{options.Name}: {e.Message}", e) { CanReadAgain = true };
        }
    }

    private double? ExposureInUse()
    {
        if (!Has(Lib.HasExposure))
        {
            return null;
        }

        double exposure = Lib.Exposure(camera, out nint error);
        return Text(error) is null && exposure > 0 ? exposure : null;
    }

    private bool Has(Question feature)
    {
        bool has = feature(camera, out nint error) != 0;
        return Text(error) is null && has;
    }

    private string Formats()
    {
        nint list = Lib.AvailablePixelFormats(camera, out uint count, out nint error);
        if (Text(error) is { } problem || list == 0)
        {
            return "none that it lists";
        }

        string[] names = [.. Enumerable.Range(0, (int)count).Select(i => Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(list, i * nint.Size)) ?? "?")];
        Lib.Free(list);
        return string.Join(", ", names);
    }

    /// <summary>The caller holds <see cref="DeviceList"/>.</summary>
    private static string Found()
    {
        string[] names = [.. Enumerable.Range(0, (int)Lib.DeviceCount()).Select(i => $"{Marshal.PtrToStringUTF8(Lib.DeviceId((uint)i))} ({Marshal.PtrToStringUTF8(Lib.DeviceAddress((uint)i))})")];
        return names.Length == 0 ? "no GenICam camera" : string.Join(", ", names);
    }

    private void ThrowIf(nint error, string what)
    {
        if (Text(error) is { } problem)
        {
            throw new CameraException($"{options.Name}: {what}: {problem}");
        }
    }

    /// <summary>What a GError says, which is freed; null: there is none.</summary>
    private static string? Text(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        string text = Marshal.PtrToStringUTF8(Marshal.PtrToStructure<Lib.Error>(error).Message) ?? "an error without text";
        Lib.FreeError(error);
        return text;
    }

    private delegate int Question(nint camera, out nint error);

    /// <summary>ArvBufferStatus, but for success (0).</summary>
    private enum BufferStatus
    {
        Cleared = 1,
        Timeout,
        MissingPackets,
        WrongPacket,
        SizeMismatch,
        Filling,
        Aborted,
    }
}
