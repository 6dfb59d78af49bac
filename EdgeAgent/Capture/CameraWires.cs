using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Fires the camera and the light, and hears whether the camera exposed.</summary>
internal sealed class CameraWires : IDisposable
{
    /// <summary>A sleep may last so much longer than asked for; the rest of the wait is spun.</summary>
    private static readonly TimeSpan SleepIsLate = TimeSpan.FromMilliseconds(2);

    private readonly CameraWiresOptions options;
    private readonly string name;
    private readonly GpioController controller;
    private readonly TimeProvider time;
    private readonly List<Pulse> pulses = [];
    private readonly int? readBack;
    private TaskCompletionSource<long>? exposed;
    private bool disposed;

    /// <param name="options">The lines.</param>
    /// <param name="name">Full name of the setting that holds them.</param>
    /// <param name="driver">The chip; disposed with this.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentException">A line does not open.</exception>
    public CameraWires(CameraWiresOptions options, string name, GpioDriver driver, TimeProvider time)
    {
        this.options = options;
        this.name = name;
        this.time = time;
        controller = new GpioController(driver);
        if (options.Trigger is { } trigger)
            pulses.Add(OpenOutput(trigger, $"{name}.trigger"));
        if (options.Strobe is { } strobe)
            pulses.Add(OpenOutput(strobe, $"{name}.strobe"));
        if (options.ExposureActive is { } active)
        {
            int line = GpioLine.Offset(options.Chip, active.Line, active.LineName, $"{name}.exposureActive.lineName");
            Open(line, $"{name}.exposureActive.line", () =>
            {
                controller.OpenPin(line, PinMode.Input);
                controller.RegisterCallbackForPinValueChangedEvent(line, active.ActiveLow ? PinEventTypes.Falling : PinEventTypes.Rising, OnExposing);
            });
            readBack = line;
        }
    }

    public bool IsReadBack => readBack is not null;

    /// <summary>
    /// Sends the pulses from a thread of their own. The result is the monotonic time at which the camera said that it
    /// exposes; null: it has not said so in time, or is not asked.
    /// </summary>
    public async Task<long?> FireAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<long> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref exposed, answer);
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Send(sent)) { IsBackground = true, Name = "pulses", Priority = ThreadPriority.Highest }.Start();
        await sent.Task;
        if (options.ExposureActive is not { } active)
            return null;

        try
        {
            return await answer.Task.WaitAsync(TimeSpan.FromMilliseconds(active.WithinMs), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        Rest();
        controller.Dispose();
    }

    private Pulse OpenOutput(PulseOptions output, string setting)
    {
        int line = GpioLine.Offset(options.Chip, output.Line, output.LineName, $"{setting}.lineName");
        Open(line, $"{setting}.line", () => controller.OpenPin(line, PinMode.Output, output.ActiveLow ? PinValue.High : PinValue.Low));
        return new Pulse(line, output.ActiveLow, output.DelayMs, output.WidthMs);
    }

    private void Open(int line, string setting, Action open) => GpioLine.Open(controller, options.Chip, line, setting, () =>
    {
        // The library hands out a line twice.
        if (controller.IsPinOpen(line))
            throw new InvalidOperationException($"another setting of {name} uses it");
        open();
    });

    private void Send(TaskCompletionSource sent)
    {
        try
        {
            long start = time.MonotonicNs();
            foreach (LineChange change in Pulse.Changes(pulses))
            {
                WaitUntil(start + change.AtNs);
                controller.Write(change.Line, change.High ? PinValue.High : PinValue.Low);
            }

            sent.SetResult();
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who waits; a light must not stay on for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Rest();
            sent.SetException(new CameraException($"{name}: the lines of the camera cannot be driven: {e.Message}", e));
        }
    }

    private void WaitUntil(long monotonicNs)
    {
        TimeSpan left = TimeSpan.FromMilliseconds((monotonicNs - time.MonotonicNs()) / 1e6);
        if (left > SleepIsLate)
            Thread.Sleep(left - SleepIsLate);
        SpinWait spin = default;
        while (time.MonotonicNs() < monotonicNs)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    private void Rest()
    {
        foreach (Pulse pulse in pulses.Where(p => controller.IsPinOpen(p.Line)))
        {
            try
            {
                controller.Write(pulse.Line, pulse.End.High ? PinValue.High : PinValue.Low);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or GpiodException)
            {
                // The chip is gone, and its lines with it.
            }
        }
    }

    private void OnExposing(object sender, PinValueChangedEventArgs edge) =>
        Volatile.Read(ref exposed)?.TrySetResult(time.MonotonicNs());
}
