using System.Device.Gpio;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Capture;

/// <summary>Triggers the camera and the strobe, and reads back whether the camera exposed.</summary>
internal sealed class CameraWires : IDisposable
{
    /// <summary>A sleep may last so much longer than requested; the rest of the wait is spun.</summary>
    private static readonly TimeSpan SleepIsLate = TimeSpan.FromMilliseconds(2);

    private readonly CameraWiresOptions options;
    private readonly string name;
    private readonly GpioConnection chip;
    private readonly TimeProvider time;
    private IReadOnlyList<Pulse> pulses = [];
    private TaskCompletionSource<long>? exposed;

    /// <param name="options">The lines.</param>
    /// <param name="name">Full name of the setting that holds them.</param>
    /// <param name="port">Where the chip is.</param>
    /// <param name="alarms">Raised when the chip is gone, cleared when it is back.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentException">The chip or a line does not open.</exception>
    public CameraWires(CameraWiresOptions options, string name, GpioPort port, CameraAlarms alarms, TimeProvider time)
    {
        this.options = options;
        this.name = name;
        this.time = time;
        chip = new GpioConnection(port, OpenLines, time);
        chip.Lost += reason => alarms.Raise(AlarmCode.GpioLost, name, AlarmSeverity.Critical,
            $"{reason}: neither camera nor light is fired until it is back; look at its plug and its power (gpiodetect)");
        chip.Returned += () => alarms.Clear(AlarmCode.GpioLost, name);
    }

    public bool IsReadBack => options.ExposureActive is not null;

    /// <summary>
    /// Sends the pulses from a thread of their own: whether they were sent, and the monotonic time at which the camera said
    /// that it exposes; null: it has not signalled in time, or is not asked.
    /// </summary>
    public async Task<Fired> FireAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<long> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref exposed, answer);
        TaskCompletionSource<bool> sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Send(sent)) { IsBackground = true, Name = "pulses", Priority = ThreadPriority.Highest }.Start();
        if (!await sent.Task)
        {
            return new Fired(false, null);
        }

        if (options.ExposureActive is not { } active)
        {
            return new Fired(true, null);
        }

        try
        {
            return new Fired(true, await answer.Task.WaitAsync(TimeSpan.FromMilliseconds(active.WithinMs), time, cancellationToken));
        }
        catch (TimeoutException)
        {
            return new Fired(true, null);
        }
    }

    public void Dispose()
    {
        chip.Use(Rest);
        chip.Dispose();
    }

    private void OpenLines(GpioController controller)
    {
        List<Pulse> outputs = [];
        if (options.Trigger is { } trigger)
        {
            outputs.Add(OpenOutput(controller, trigger, $"{name}.trigger"));
        }

        if (options.Strobe is { } strobe)
        {
            outputs.Add(OpenOutput(controller, strobe, $"{name}.strobe"));
        }

        pulses = outputs;
        if (options.ExposureActive is not { } active)
        {
            return;
        }

        int line = GpioLine.Offset(options.Chip, active.Line, active.LineName, $"{name}.exposureActive.lineName");
        Open(controller, line, $"{name}.exposureActive.line", () =>
        {
            controller.OpenPin(line, PinMode.Input);
            controller.RegisterCallbackForPinValueChangedEvent(line, active.ActiveLow ? PinEventTypes.Falling : PinEventTypes.Rising, OnExposing);
        });
    }

    private Pulse OpenOutput(GpioController controller, PulseOptions output, string setting)
    {
        int line = GpioLine.Offset(options.Chip, output.Line, output.LineName, $"{setting}.lineName");
        Open(controller, line, $"{setting}.line", () => controller.OpenPin(line, PinMode.Output, output.ActiveLow ? PinValue.High : PinValue.Low));
        return new Pulse(line, output.ActiveLow, output.DelayMs, output.WidthMs);
    }

    private void Open(GpioController controller, int line, string setting, Action open) => GpioLine.Open(controller, options.Chip, line, setting, () =>
    {
        // The library hands out a line twice.
        if (controller.IsPinOpen(line))
        {
            throw new InvalidOperationException($"another setting of {name} uses it");
        }

        open();
    });

    private void Send(TaskCompletionSource<bool> sent)
    {
        try
        {
            sent.SetResult(chip.Use(Send));
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who waits; a light must not stay on for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            chip.Use(Rest);
            sent.SetException(new CameraException($"{name}: the lines of the camera cannot be driven: {e.Message}", e));
        }
    }

    private void Send(GpioController controller)
    {
        long start = time.MonotonicNs();
        foreach (LineChange change in Pulse.Changes(pulses))
        {
            WaitUntil(start + change.AtNs);
            controller.Write(change.Line, change.High ? PinValue.High : PinValue.Low);
        }
    }

    private void WaitUntil(long monotonicNs)
    {
        TimeSpan left = TimeSpan.FromMilliseconds((monotonicNs - time.MonotonicNs()) / 1e6);
        if (left > SleepIsLate)
        {
#pragma warning disable RS0030 // the thread is the wires' own, and a delay of the pool is late by milliseconds
            Thread.Sleep(left - SleepIsLate);
#pragma warning restore RS0030
        }

        SpinWait spin = default;
        while (time.MonotonicNs() < monotonicNs)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Rest(GpioController controller)
    {
        foreach (Pulse pulse in pulses.Where(p => controller.IsPinOpen(p.Line)))
        {
            try
            {
                controller.Write(pulse.Line, pulse.End.High ? PinValue.High : PinValue.Low);
            }
            catch (Exception e) when (GpioConnection.IsOfLine(e))
            {
                // The others may still be driven.
            }
        }
    }

    private void OnExposing(object sender, PinValueChangedEventArgs edge) =>
        Volatile.Read(ref exposed)?.TrySetResult(time.MonotonicNs());
}
