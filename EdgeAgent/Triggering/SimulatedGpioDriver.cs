using System.Collections.Concurrent;
using System.Device.Gpio;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// A GPIO chip whose lines live in memory: for a machine that has none. The owner of the driver can drive the lines
/// from outside, as wires would.
/// </summary>
internal class SimulatedGpioDriver : GpioDriver
{
    private const int Lines = 64;
    private readonly ConcurrentDictionary<int, Line> open = new();

    protected override int PinCount => Lines;

    /// <summary>Sets the level of a line from outside; the callbacks run on the caller's thread.</summary>
    public void Drive(int pinNumber, PinValue level)
    {
        if (!open.TryGetValue(pinNumber, out Line? line) || line.Level == level)
        {
            return;
        }

        line.Level = level;
        PinEventTypes change = level == PinValue.High ? PinEventTypes.Rising : PinEventTypes.Falling;
        foreach ((PinEventTypes types, PinChangeEventHandler handler) in line.Handlers)
        {
            if (types.HasFlag(change))
            {
                handler(this, new PinValueChangedEventArgs(change, pinNumber));
            }
        }
    }

    /// <summary>Calls back on every change of an open line, as a wire would carry it.</summary>
    public void Follow(int pinNumber, Action<PinValue> changed) =>
        AddCallbackForPinValueChangedEvent(pinNumber, PinEventTypes.Rising | PinEventTypes.Falling,
            (_, change) => changed(change.ChangeType == PinEventTypes.Rising ? PinValue.High : PinValue.Low));

    /// <summary>The level of an open line, as a probe would show it.</summary>
    public PinValue Level(int pinNumber) => Of(pinNumber).Level;

    protected override void OpenPin(int pinNumber)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pinNumber, Lines);
        open.TryAdd(pinNumber, new Line());
    }

    protected override void ClosePin(int pinNumber) => open.TryRemove(pinNumber, out _);

    protected override void SetPinMode(int pinNumber, PinMode mode) => Of(pinNumber).Mode = mode;

    protected override PinMode GetPinMode(int pinNumber) => Of(pinNumber).Mode;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => Level(pinNumber);

    protected override void Write(int pinNumber, PinValue value) => Drive(pinNumber, value);

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        using ManualResetEventSlim happened = new();
        PinEventTypes seen = PinEventTypes.None;
        void Handle(object sender, PinValueChangedEventArgs e)
        {
            seen = e.ChangeType;
            happened.Set();
        }

        AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, Handle);
        try
        {
            happened.Wait(cancellationToken);
            return new WaitForEventResult { EventTypes = seen };
        }
        catch (OperationCanceledException)
        {
            return new WaitForEventResult { TimedOut = true };
        }
        finally
        {
            RemoveCallbackForPinValueChangedEvent(pinNumber, Handle);
        }
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        Line line = Of(pinNumber);
        line.Handlers = [.. line.Handlers, (eventTypes, callback)];
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        Line line = Of(pinNumber);
        line.Handlers = [.. line.Handlers.Where(h => h.Handler != callback)];
    }

    private Line Of(int pinNumber) => open.TryGetValue(pinNumber, out Line? line)
        ? line
        : throw new InvalidOperationException($"Line {pinNumber} is not open.");

    private sealed class Line
    {
        public PinMode Mode { get; set; } = PinMode.Input;

        public PinValue Level { get; set; } = PinValue.Low;

        /// <summary>Replaced as a whole, so that an edge may come in while a handler is added.</summary>
        public IReadOnlyList<(PinEventTypes Types, PinChangeEventHandler Handler)> Handlers { get; set; } = [];
    }
}
