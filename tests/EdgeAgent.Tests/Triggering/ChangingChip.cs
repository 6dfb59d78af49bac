using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.Triggering;

/// <summary>A chip that may go away, and of which another may come.</summary>
internal sealed class ChangingChip
{
    public ChangingChip(SimulatedGpioDriver first)
    {
        Current = first;
        Port = new GpioPort("GPIO chip expander", () => Current ?? throw new AgentException(ExitCode.Machine, "no such chip"), () => Current);
    }

    /// <summary>Null: it is gone.</summary>
    public SimulatedGpioDriver? Current { get; set; }

    public GpioPort Port { get; }
}
