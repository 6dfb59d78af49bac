using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>Encryption between the rig and its broker. Files are PEM; a bare name is looked for among systemd's credentials first.</summary>
internal sealed record TlsOptions
{
    public bool Enabled { get; init; }

    /// <summary>Certificates that sign the broker's; null: those that this machine trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>The rig's own certificate, for a broker that requests one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of the rig's certificate; null: in the same file.</summary>
    public string? KeyFile { get; init; }

    public IEnumerable<SettingProblem> Problems(string name, bool isAskedForByTheAddress)
    {
        if (!Enabled && !isAskedForByTheAddress && (CaFile ?? CertificateFile ?? KeyFile) is not null)
        {
            yield return new SettingProblem($"{name}.enabled", Enabled, $"true, since {name} names files");
        }

        if (KeyFile is not null && CertificateFile is null)
        {
            yield return new SettingProblem($"{name}.certificateFile", CertificateFile, $"a file, since there is a {name}.keyFile");
        }
    }
}
