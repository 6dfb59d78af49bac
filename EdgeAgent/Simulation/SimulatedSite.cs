using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Processing;

namespace LeafSeg.EdgeAgent.Simulation;

/// <summary>What all simulated rigs share.</summary>
/// <param name="Broker">How they reach the broker; "{site}" and "{rig}" in user, password and files stand for each rig's own.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Model">The model that measured the season.</param>
/// <param name="Plants">Names of each rig's plants.</param>
/// <param name="Folder">Holds a folder for each rig.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logs">Of the rigs.</param>
internal sealed record SimulatedSite(
    BrokerOptions Broker, BrokerAddress Address, ModelInUse Model, IReadOnlySet<string> Plants, string Folder, TimeProvider Time, ILoggerFactory Logs)
{
    public BrokerOptions BrokerOf(RigName rig)
    {
        string? Own(string? text) => text?.Replace("{site}", rig.Site, StringComparison.Ordinal).Replace("{rig}", rig.Rig, StringComparison.Ordinal);
        return Broker with
        {
            User = Own(Broker.User),
            Password = Own(Broker.Password),
            UserFile = Own(Broker.UserFile),
            PasswordFile = Own(Broker.PasswordFile),
            Tls = Broker.Tls with { CertificateFile = Own(Broker.Tls.CertificateFile), KeyFile = Own(Broker.Tls.KeyFile) },
        };
    }
}
