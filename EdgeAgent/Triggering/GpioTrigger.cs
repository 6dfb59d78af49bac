using System.Device.Gpio;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Turns pulses on a GPIO line into triggers: one a pulse, or a burst of them.</summary>
internal sealed partial class GpioTrigger : IHostedService, IDisposable
{
    private readonly GpioOptions options;
    private readonly GpioController controller;
    private readonly TriggerQueue queue;
    private readonly TimeProvider time;
    private readonly ILogger<GpioTrigger> log;
    private readonly EdgeFilter filter;
    private readonly ITimer settle;
    private readonly ITimer burst;
    private readonly Lock gate = new();
    private int line;
    private int burstLeft;
    private long burstEdgeNs;

    public GpioTrigger(GpioOptions options, GpioDriver driver, TriggerQueue queue, TimeProvider time, ILogger<GpioTrigger> log)
    {
        this.options = options;
        this.queue = queue;
        this.time = time;
        this.log = log;
        controller = new GpioController(driver);
        filter = new EdgeFilter(TimeSpan.FromMilliseconds(options.DebounceMs), TimeSpan.FromMilliseconds(options.HoldOffMs));
        settle = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        burst = time.CreateTimer(_ => NextOfBurst(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        line = GpioLine.Offset(options.Chip, options.Line, options.LineName, "triggers.gpio.lineName");
        GpioLine.Open(controller, options.Chip, line, "triggers.gpio.line", () =>
        {
            controller.OpenPin(line, options.Pull switch
            {
                LinePull.Up => PinMode.InputPullUp,
                LinePull.Down => PinMode.InputPullDown,
                _ => PinMode.Input,
            });

            // Both edges: the one that ends a pulse is what tells it from a spike.
            controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
        });
        LogListening(line, options.Chip, options.BeginsHigh ? "rising" : "falling");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (controller.IsPinOpen(line))
        {
            controller.UnregisterCallbackForPinValueChangedEvent(line, OnEdge);
            controller.ClosePin(line);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        settle.Dispose();
        burst.Dispose();
        controller.Dispose();
    }

    private void OnEdge(object sender, PinValueChangedEventArgs edge)
    {
        // First of all: the driver gives no time of its own.
        long now = time.MonotonicNs();

        // The kind of edge as the driver reports it; reading the line now would already be too late.
        bool active = edge.ChangeType == (options.BeginsHigh ? PinEventTypes.Rising : PinEventTypes.Falling);
        lock (gate)
        {
            Pulse(filter.Edge(active, now));
            SettleLater(now);
        }
    }

    private void Settle()
    {
        lock (gate)
        {
            long now = time.MonotonicNs();
            Pulse(filter.Settle(now));
            SettleLater(now);
        }
    }

    /// <summary>A timer drops parts of a millisecond and may come early: it is set to whole ones, and again while an edge waits.</summary>
    private void SettleLater(long monotonicNs)
    {
        if (filter.Left(monotonicNs) is { } left)
            settle.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void Pulse(long? edgeMonotonicNs)
    {
        if (edgeMonotonicNs is not { } edge)
            return;

        // Two bursts at once would be pictures at no one's rhythm.
        if (burstLeft > 0)
        {
            queue.Miss(options.Camera);
            return;
        }

        queue.Offer(TriggerKind.Gpio, edge, options.Camera);
        burstEdgeNs = edge;
        burstLeft = options.BurstPictures - 1;
        if (burstLeft > 0)
            burst.Change(TimeSpan.FromMilliseconds(options.BurstEveryMs), TimeSpan.FromMilliseconds(options.BurstEveryMs));
    }

    private void NextOfBurst()
    {
        lock (gate)
        {
            if (burstLeft == 0)
                return;
            queue.Offer(TriggerKind.Gpio, burstEdgeNs, options.Camera);
            if (--burstLeft == 0)
                burst.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
