using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>
/// A GPIO chip with the lines that one part of the agent needs of it. A chip may go away (an expander on USB, a driver that is
/// unbound) and come back under another number: once a second the connection looks, and opens the chip that its setting names
/// as soon as there is one again. The library itself reports neither: it waits on, and writes into nothing.
/// </summary>
internal sealed class GpioConnection : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly GpioPort port;
    private readonly Action<GpioController> openLines;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private GpioController? controller;
    private object? opened;
    private bool disposed;

    /// <param name="port">Finds and opens the chip.</param>
    /// <param name="openLines">Opens the lines, at first and each time the chip is back.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentException">The chip or a line does not open.</exception>
    public GpioConnection(GpioPort port, Action<GpioController> openLines, TimeProvider time)
    {
        (this.port, this.openLines) = (port, openLines);
        Open();
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>The chip disconnected; the text says which.</summary>
    public event Action<string>? Lost;

    /// <summary>It is back, with its lines open.</summary>
    public event Action? Returned;

    /// <summary>Whether the chip whose lines were opened is still there.</summary>
    public bool IsThere
    {
        get
        {
            lock (gate)
            {
                return opened is not null && opened.Equals(port.Identity());
            }
        }
    }

    /// <summary>Uses the lines; false: the chip is not there, or disconnected meanwhile, and nothing can be said of what was done.</summary>
    /// <exception cref="Exception">What <paramref name="use"/> throws while the chip is there.</exception>
    public bool Use(Action<GpioController> use)
    {
        Look();
        GpioController? current;
        lock (gate)
        {
            current = controller;
        }

        if (current is null)
        {
            return false;
        }

        try
        {
            use(current);
        }
        catch (Exception e) when (IsOfLine(e) && !IsThere)
        {
            // Reported by the check below.
        }

        Look();
        return IsThere;
    }

    /// <summary>What is thrown by lines that do not open or whose chip is gone.</summary>
    public static bool IsOfLine(Exception e) => e is IOException or InvalidOperationException or ArgumentException or GpiodException or UnauthorizedAccessException;

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            timer.Dispose();
            Close();
        }
    }

    /// <summary>Sees whether the chip disconnected or came back.</summary>
    internal void Look()
    {
        bool lost = false, returned = false;
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            if (controller is not null && !opened!.Equals(port.Identity()))
            {
                Close();
                lost = true;
            }
            else if (controller is null)
            {
                returned = TryOpen();
            }
        }

        if (lost)
        {
            Lost?.Invoke($"{port} is gone");
        }

        if (returned)
        {
            Returned?.Invoke();
        }
    }

    private bool TryOpen()
    {
        try
        {
            Open();
            return true;
        }
        catch (AgentException)
        {
            return false; // Not there yet, or without its lines or its rights for another moment.
        }
    }

    private void Open()
    {
        GpioController opening = new(port.Open());
        try
        {
            // After the chip is open: one that is exchanged at this moment is seen by the next look.
            opened = port.Identity();
            openLines(opening);
            controller = opening;
        }
        catch
        {
            Dispose(opening);
            throw;
        }
    }

    private void Close()
    {
        if (controller is not null)
        {
            Dispose(controller);
        }

        (controller, opened) = (null, null);
    }

    private static void Dispose(GpioController closing)
    {
        try
        {
            closing.Dispose();
        }
        catch (Exception e) when (IsOfLine(e))
        {
            // Its lines are gone with the chip.
        }
    }
}
