using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace LeafSeg.EdgeAgent.Capture.Genicam;

/// <summary>The functions of Aravis 0.8 and of GObject that are used here. Pointers are GObjects; <c>error</c> is a GError or null.</summary>
/// <remarks>https://aravisproject.github.io/aravis/aravis-stable/</remarks>
internal static class AravisLibrary
{
    private const string Aravis = "libaravis-0.8.so.0";
    private const string GObject = "libgobject-2.0.so.0";
    private const string GLib = "libglib-2.0.so.0";

    [DllImport(Aravis, EntryPoint = "arv_enable_interface")]
    public static extern void EnableInterface([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Aravis, EntryPoint = "arv_update_device_list")]
    public static extern void UpdateDeviceList();

    [DllImport(Aravis, EntryPoint = "arv_get_n_devices")]
    public static extern uint DeviceCount();

    [DllImport(Aravis, EntryPoint = "arv_get_device_id")]
    public static extern nint DeviceId(uint index);

    [DllImport(Aravis, EntryPoint = "arv_get_device_address")]
    public static extern nint DeviceAddress(uint index);

    [DllImport(Aravis, EntryPoint = "arv_camera_new")]
    public static extern nint NewCamera([MarshalAs(UnmanagedType.LPUTF8Str)] string name, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_get_device")]
    public static extern nint Device(nint camera);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_range_check_policy")]
    public static extern void SetRangeCheck(nint camera, int policy);

    [DllImport(Aravis, EntryPoint = "arv_camera_is_gv_device")]
    public static extern int IsGigE(nint camera);

    [DllImport(Aravis, EntryPoint = "arv_camera_gv_set_stream_options")]
    public static extern void SetStreamOptions(nint camera, int options);

    [DllImport(Aravis, EntryPoint = "arv_camera_gv_set_packet_size")]
    public static extern void SetPacketSize(nint camera, int bytes, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_pixel_format_from_string")]
    public static extern void SetPixelFormat(nint camera, [MarshalAs(UnmanagedType.LPUTF8Str)] string format, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_get_pixel_format")]
    public static extern uint PixelFormat(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_dup_available_pixel_formats_as_strings")]
    public static extern nint AvailablePixelFormats(nint camera, out uint count, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_integer")]
    public static extern void SetInteger(nint camera, [MarshalAs(UnmanagedType.LPUTF8Str)] string feature, long value, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_get_region")]
    public static extern void Region(nint camera, out int x, out int y, out int width, out int height, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_exposure_time_auto")]
    public static extern void SetExposureAuto(nint camera, int auto, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_is_exposure_auto_available")]
    public static extern int HasExposureAuto(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_exposure_time")]
    public static extern void SetExposure(nint camera, double microseconds, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_get_exposure_time")]
    public static extern double Exposure(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_is_exposure_time_available")]
    public static extern int HasExposure(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_is_gain_auto_available")]
    public static extern int HasGainAuto(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_gain_auto")]
    public static extern void SetGainAuto(nint camera, int auto, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_gain")]
    public static extern void SetGain(nint camera, double gain, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_device_set_features_from_string")]
    public static extern int SetFeatures(nint device, [MarshalAs(UnmanagedType.LPUTF8Str)] string features, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_acquisition_mode")]
    public static extern void SetAcquisitionMode(nint camera, int mode, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_clear_triggers")]
    public static extern void ClearTriggers(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_set_trigger")]
    public static extern void SetTrigger(nint camera, [MarshalAs(UnmanagedType.LPUTF8Str)] string source, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_is_software_trigger_supported")]
    public static extern int HasSoftwareTrigger(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_software_trigger")]
    public static extern void TriggerSoftware(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_get_payload")]
    public static extern uint Payload(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_create_stream")]
    public static extern nint CreateStream(nint camera, nint callback, nint userData, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_start_acquisition")]
    public static extern void StartAcquisition(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_camera_stop_acquisition")]
    public static extern void StopAcquisition(nint camera, out nint error);

    [DllImport(Aravis, EntryPoint = "arv_buffer_new_allocate")]
    public static extern nint NewBuffer(nuint bytes);

    /// <summary>The stream owns the buffer from here on.</summary>
    [DllImport(Aravis, EntryPoint = "arv_stream_push_buffer")]
    public static extern void Push(nint stream, nint buffer);

    [DllImport(Aravis, EntryPoint = "arv_stream_try_pop_buffer")]
    public static extern nint TryPop(nint stream);

    [DllImport(Aravis, EntryPoint = "arv_stream_timeout_pop_buffer")]
    public static extern nint Pop(nint stream, ulong microseconds);

    [DllImport(Aravis, EntryPoint = "arv_buffer_get_status")]
    public static extern int BufferStatus(nint buffer);

    /// <summary>Nanoseconds of the machine's wall clock at which the picture began to come.</summary>
    [DllImport(Aravis, EntryPoint = "arv_buffer_get_system_timestamp")]
    public static extern ulong BufferTime(nint buffer);

    [DllImport(Aravis, EntryPoint = "arv_buffer_get_image_data")]
    public static extern nint ImageData(nint buffer, out nuint bytes);

    [DllImport(Aravis, EntryPoint = "arv_buffer_get_image_pixel_format")]
    public static extern uint ImagePixelFormat(nint buffer);

    [DllImport(Aravis, EntryPoint = "arv_buffer_get_image_region")]
    public static extern void ImageRegion(nint buffer, out int x, out int y, out int width, out int height);

    [DllImport(Aravis, EntryPoint = "arv_buffer_get_image_padding")]
    public static extern void ImagePadding(nint buffer, out int x, out int y);

    [DllImport(GObject, EntryPoint = "g_object_unref")]
    public static extern void Release(nint instance);

    [DllImport(GObject, EntryPoint = "g_type_from_name")]
    public static extern nuint TypeNamed([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(GObject, EntryPoint = "g_value_init")]
    public static extern nint InitialiseValue(ref Value value, nuint type);

    [DllImport(GObject, EntryPoint = "g_value_set_enum")]
    public static extern void SetEnum(ref Value value, int number);

    [DllImport(GObject, EntryPoint = "g_object_set_property")]
    public static extern void SetProperty(nint instance, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, ref Value value);

    [DllImport(GLib, EntryPoint = "g_error_free")]
    public static extern void FreeError(nint error);

    [DllImport(GLib, EntryPoint = "g_free")]
    public static extern void Free(nint memory);

    /// <summary>A GValue.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Value
    {
        public nuint Type;
        public long First;
        public long Second;
    }

    /// <summary>A GError.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Error
    {
        public uint Domain;
        public int Code;
        public nint Message;
    }
}
