namespace LeafSeg.EdgeAgent.Capture.Genicam;

/// <summary>An industrial camera (GigE Vision, USB3 Vision), read with Debian's Aravis.</summary>
internal sealed partial class GenicamCamera(GenicamOptions options, string setting, TimeProvider time, ILogger<GenicamCamera> log) : IFrameSource
{
    /// <summary>Aravis gives up at the deadline itself. It looks for cameras for a second before, and repeats what one that is away does not answer.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private readonly CameraThread thread = new(options.Name, TimeSpan.FromSeconds(options.DeadlineSeconds), $"{setting}.deadlineSeconds", Margin);
    private Holder holder = new();

    public bool IsLive => true;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!thread.IsUsable)
        {
            holder = new Holder();
            thread.Start(holder.Close);
        }

        Holder own = holder;
        GenicamDevice device = await thread.RunAsync(
            () =>
            {
                // A camera has one user at a time, this process too.
                own.Close();
                return own.Device = new GenicamDevice(options, setting, time);
            },
            "opened", cancellationToken);
        LogOpened(options.Name, device.Width, device.Height, device.Format, device.Trigger);
    }

    public Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken) => TakeAsync(null, cancellationToken);

    public async Task<CameraPicture?> TakeAsync(long? edgeMonotonicNs, CancellationToken cancellationToken)
    {
        Holder own = holder;
        return await thread.RunAsync(() => own.Device?.Take(edgeMonotonicNs) ?? throw new CameraException($"{options.Name}: not open"), "a picture", cancellationToken);
    }

    public void Dispose() => thread.Dispose();

    /// <summary>What one thread has open.</summary>
    private sealed class Holder
    {
        public GenicamDevice? Device { get; set; }

        public void Close()
        {
            Device?.Dispose();
            Device = null;
        }
    }
}
