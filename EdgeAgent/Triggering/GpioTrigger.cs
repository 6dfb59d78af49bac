using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Commands;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Turns pulses on a GPIO line into triggers.</summary>
internal sealed partial class GpioTrigger : IHostedService, IDisposable
{
    private readonly GpioOptions options;
    private readonly GpioController controller;
    private readonly TriggerQueue queue;
    private readonly TimeProvider time;
    private readonly ILogger<GpioTrigger> log;
    private readonly EdgeFilter filter;
    private readonly ITimer settle;
    private readonly Lock gate = new();

    public GpioTrigger(GpioOptions options, GpioDriver driver, TriggerQueue queue, TimeProvider time, ILogger<GpioTrigger> log)
    {
        this.options = options;
        this.queue = queue;
        this.time = time;
        this.log = log;
        controller = new GpioController(driver);
        filter = new EdgeFilter(TimeSpan.FromMilliseconds(options.DebounceMs), TimeSpan.FromMilliseconds(options.HoldOffMs));
        settle = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            controller.OpenPin(options.Line, options.Pull switch
            {
                LinePull.Up => PinMode.InputPullUp,
                LinePull.Down => PinMode.InputPullDown,
                _ => PinMode.Input,
            });

            // Both edges: the one that ends a pulse is what tells it from a spike.
            controller.RegisterCallbackForPinValueChangedEvent(options.Line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException or GpiodException)
        {
            throw new AgentException(ExitCode.Setting,
                $"triggers.gpio.line: found {options.Line}, which does not open on chip {options.Chip} ({e.Message}); "
                + "expected a line that no other program uses", e);
        }

        LogListening(options.Line, options.Chip, options.Edge);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (controller.IsPinOpen(options.Line))
        {
            controller.UnregisterCallbackForPinValueChangedEvent(options.Line, OnEdge);
            controller.ClosePin(options.Line);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        settle.Dispose();
        controller.Dispose();
    }

    private void OnEdge(object sender, PinValueChangedEventArgs edge)
    {
        // First of all: the driver gives no time of its own.
        long now = time.MonotonicNs();

        // The kind of edge as the driver reports it; reading the line now would already be too late.
        bool active = edge.ChangeType == (options.Edge == ActiveEdge.Rising ? PinEventTypes.Rising : PinEventTypes.Falling);
        lock (gate)
        {
            Offer(filter.Edge(active, now));
            if (active)
                settle.Change(TimeSpan.FromMilliseconds(options.DebounceMs), Timeout.InfiniteTimeSpan);
        }
    }

    private void Settle()
    {
        lock (gate)
            Offer(filter.Settle(time.MonotonicNs()));
    }

    private void Offer(long? edgeMonotonicNs)
    {
        if (edgeMonotonicNs is not null)
            queue.Offer(TriggerKind.Gpio, edgeMonotonicNs);
    }
}
