using System.Device.Gpio;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Turns pulses on a GPIO line into triggers: one a pulse, or a burst of them.</summary>
internal sealed partial class GpioTrigger : IHostedService, IDisposable
{
    private const string Setting = "triggers.gpio";
    private readonly GpioOptions options;
    private readonly GpioPort port;
    private readonly TriggerQueue queue;
    private readonly CameraAlarms alarms;
    private readonly TimeProvider time;
    private readonly ILogger<GpioTrigger> log;
    private readonly EdgeFilter filter;
    private readonly ITimer settle;
    private readonly ITimer burst;
    private readonly Lock gate = new();
    private GpioConnection? chip;
    private int burstLeft;
    private long burstEdgeNs;

    public GpioTrigger(GpioOptions options, GpioPort port, TriggerQueue queue, CameraAlarms alarms, TimeProvider time, ILogger<GpioTrigger> log)
    {
        this.options = options;
        this.port = port;
        this.queue = queue;
        this.alarms = alarms;
        this.time = time;
        this.log = log;
        filter = new EdgeFilter(TimeSpan.FromMilliseconds(options.DebounceMs), TimeSpan.FromMilliseconds(options.HoldOffMs));
        settle = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        burst = time.CreateTimer(_ => NextOfBurst(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        chip = new GpioConnection(port, OpenLine, time);
        chip.Lost += OnLost;
        chip.Returned += OnReturned;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        chip?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        settle.Dispose();
        burst.Dispose();
        chip?.Dispose();
    }

    private void OpenLine(GpioController controller)
    {
        int line = GpioLine.Offset(options.Chip, options.Line, options.LineName, $"{Setting}.lineName");
        GpioLine.Open(controller, options.Chip, line, $"{Setting}.line", () =>
        {
            controller.OpenPin(line, options.Pull switch
            {
                LinePull.Up => PinMode.InputPullUp,
                LinePull.Down => PinMode.InputPullDown,
                _ => PinMode.Input,
            });

            // Both edges: the one that ends a pulse distinguishes it from a spike.
            controller.RegisterCallbackForPinValueChangedEvent(line, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge);
        });
        LogListening(line, options.Chip, options.BeginsHigh ? "rising" : "falling");
    }

    private void OnLost(string reason)
    {
        alarms.Raise(AlarmCode.GpioLost, Setting, AlarmSeverity.Critical, $"{reason}: no pulse is seen until it is back; look at its plug and its power (gpiodetect)");

        // The number of pulses meanwhile is unknown: the gap counts as one.
        queue.Miss(options.Camera);
    }

    private void OnReturned() => alarms.Clear(AlarmCode.GpioLost, Setting);

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
        {
            settle.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Pulse(long? edgeMonotonicNs)
    {
        if (edgeMonotonicNs is not { } edge)
        {
            return;
        }

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
        {
            burst.Change(TimeSpan.FromMilliseconds(options.BurstEveryMs), TimeSpan.FromMilliseconds(options.BurstEveryMs));
        }
    }

    private void NextOfBurst()
    {
        lock (gate)
        {
            if (burstLeft == 0)
            {
                return;
            }

            queue.Offer(TriggerKind.Gpio, burstEdgeNs, options.Camera);
            if (--burstLeft == 0)
            {
                burst.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
