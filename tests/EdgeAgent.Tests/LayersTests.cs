using LeafSeg.EdgeAgent.Faults;
using LeafSeg.Layering;

namespace LeafSeg.EdgeAgent.Tests;

/// <summary>The agent's folders from the bottom to the top: each uses only itself and those before it.</summary>
public sealed class LayersTests
{
    private static readonly Layers Layers = new(typeof(AgentException).Assembly, "LeafSeg.EdgeAgent",
    [
        "Faults",         // what goes wrong: exit codes, the agent's exception, wrong settings
        "Machine",        // the computer: clocks, boot, heat, names, ports, back-off
        "Telemetry",      // how the rig is: alarms, counters, recent results
        "Mqtt",           // the link to the broker, TLS, messages in and out, the embedded broker
        "Outbox",         // results until they are acknowledged
        "Triggering",     // GPIO edges, schedule, simulated pulses: one queue of triggers for each camera
        "Calibration",    // pots, scale, layout, marker sheet
        "Capture",        // cameras and folders of pictures
        "Overlays",       // pictures with the leaves drawn, kept and published
        "Processing",     // a frame becomes a result
        "Publishing",     // a result becomes messages; announcement, health, Home Assistant
        "RemoteCommands", // what others may ask of a rig
        "Updates",        // another model: fetched, proven, tried, kept or rolled back
        "Web",            // status page and metrics
        "Ingest",         // the results of a fleet into a database
        "Configuration",  // the settings file
        "Backup",         // a rig's state as one file, and back
        "Doctor",         // what is wrong with a rig
        "Hosting",        // all of it put together and run
        "Simulation",     // a fleet of rigs in one process
        "CommandLine",    // the commands of leafseg-agent
    ]);

    [Fact]
    public void Every_folder_has_a_place_in_the_order() => AssertNone(Layers.Unplaced());

    [Fact]
    public void No_folder_uses_a_later_one() => AssertNone(Layers.Violations());

    [Fact]
    public void The_architecture_page_lists_the_same_order() => Assert.Equal(Layers.Order, Layers.Documented());

    private static void AssertNone(IEnumerable<string> faults)
    {
        string text = string.Join('\n', faults);
        Assert.True(text.Length == 0, text);
    }
}
