using System.Net;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The page on loopback that shows how the rig is.</summary>
internal sealed record StatusPageOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Address of this machine to listen at; another than loopback lets everybody in the network look.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Null: the first free port from 8080 on; the log names it.</summary>
    public int? Port { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!IPAddress.TryParse(Address, out _))
        {
            yield return new SettingProblem($"{name}.address", Address, "an IP address of this machine: \"127.0.0.1\", \"0.0.0.0\" for all");
        }

        if (Port is not (null or (>= 1 and <= 65535)))
        {
            yield return new SettingProblem($"{name}.port", Port, "a port of 1 to 65535, or null for any free one");
        }
    }
}
