using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LeafSeg.EdgeAgent.Machine;
using Microsoft.Win32.SafeHandles;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>
/// A camera as its V4L2 driver describes it (linux/videodev2.h). Asked before OpenCV opens the device, which sets 640 x 480 and
/// the first format that it can decode, whatever the driver was set to.
/// </summary>
/// <param name="Card">Its name.</param>
/// <param name="Width">Pixels that the driver is set to.</param>
/// <param name="Height">Pixels that the driver is set to.</param>
/// <param name="Format">Four letters: how the driver is set to pack a picture.</param>
internal sealed record V4L2Camera(string Card, int Width, int Height, string Format)
{
    /// <summary>driver[16], card[32], bus_info[32], version, capabilities, device_caps, and what is of no interest here.</summary>
    private const int CapabilitySize = 104;
    private const int CardAt = 16;
    private const int CardLength = 32;
    private const int CapabilitiesAt = 84;
    private const int DeviceCapabilitiesAt = 88;

    /// <summary>type, padding, width, height, pixelformat, and what is of no interest here; as 64-bit machines have it.</summary>
    private const int FormatSize = 208;
    private const int WidthAt = 8;
    private const int HeightAt = 12;
    private const int PixelFormatAt = 16;

    // _IOR('V', 0, 104 bytes) and _IOWR('V', 4, 208 bytes).
    private const nuint QueryCapability = 0x8068_5600;
    private const nuint GetFormat = 0xC0D0_5604;

    private const uint VideoCapture = 0x1;
    private const uint HasDeviceCapabilities = 0x8000_0000;

    /// <summary>Those that OpenCV decodes; of others it takes another that the camera has.</summary>
    private static readonly string[] Decoded =
        ["BGR3", "RGB3", "YV12", "YU12", "YUYV", "UYVY", "NV12", "NV21", "BA81", "GBRG", "MJPG", "JPEG", "GREY", "Y16 "];

    public bool IsDecoded => Decoded.Contains(Format);

    /// <exception cref="CameraException">It may not be opened, or gives no pictures.</exception>
    public static V4L2Camera Read(string device)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            byte[] capability = new byte[CapabilitySize];
            byte[] format = new byte[FormatSize];
            BinaryPrimitives.WriteUInt32LittleEndian(format, VideoCapture);
            if (IoControl(file, QueryCapability, capability) < 0)
            {
                throw new CameraException($"{device}: found a device that is no camera of V4L2; see v4l2-ctl --list-devices");
            }

            string card = Text(capability.AsSpan(CardAt, CardLength));
            uint all = BinaryPrimitives.ReadUInt32LittleEndian(capability.AsSpan(CapabilitiesAt));
            uint own = (all & HasDeviceCapabilities) == 0 ? all : BinaryPrimitives.ReadUInt32LittleEndian(capability.AsSpan(DeviceCapabilitiesAt));
            if ((own & VideoCapture) == 0 || IoControl(file, GetFormat, format) < 0)
            {
                throw new CameraException($"{device}: found a device of \"{card}\" that gives no pictures; name another of its devices (v4l2-ctl --list-devices)");
            }

            return new V4L2Camera(
                card,
                BinaryPrimitives.ReadInt32LittleEndian(format.AsSpan(WidthAt)),
                BinaryPrimitives.ReadInt32LittleEndian(format.AsSpan(HeightAt)),
                Encoding.ASCII.GetString(format, PixelFormatAt, 4));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CameraException($"{device}: {DeviceRights.Refused(device)}", e);
        }
        catch (IOException e)
        {
            throw new CameraException($"{device}: {e.Message}", e);
        }
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int IoControl(SafeFileHandle file, nuint request, [In, Out] byte[] argument);
}
