using System.Net;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The page that shows how the rig is: on loopback, or with a token in the network.</summary>
internal sealed record StatusPageOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Address of this machine to listen at; another than loopback needs <see cref="TokenFile"/>.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Null: the first free port from 8080 on; the log names it.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// File with the token (16 characters or more) that opens the page, or the name of a systemd credential; null: no token is required, which only loopback may do.
    /// </summary>
    public string? TokenFile { get; init; }

    public StatusPageTlsOptions Tls { get; init; } = new();

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (!IPAddress.TryParse(Address, out IPAddress? address))
        {
            yield return new SettingProblem($"{name}.address", Address, "an IP address of this machine: \"127.0.0.1\", \"0.0.0.0\" for all");
        }
        else if (Enabled && TokenFile is null && !IPAddress.IsLoopback(address))
        {
            yield return new SettingProblem($"{name}.tokenFile", TokenFile, $"a file with a token, since {name}.address {Address} is not loopback (openssl rand -hex 32)");
        }

        foreach (SettingProblem problem in Tls.Problems($"{name}.tls"))
        {
            yield return problem;
        }

        if (Port is not (null or (>= 1 and <= 65535)))
        {
            yield return new SettingProblem($"{name}.port", Port, "a port of 1 to 65535, or null for any free one");
        }
    }
}
