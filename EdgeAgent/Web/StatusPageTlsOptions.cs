using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>Encryption of the status page. Files are PEM; a bare name is looked for among systemd's credentials first.</summary>
internal sealed record StatusPageTlsOptions
{
    /// <summary>The page's certificate and those between it and its authority; null: the page is not encrypted. Read again when it changes.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The unencrypted key of the certificate; null: in the same file.</summary>
    public string? KeyFile { get; init; }

    public IEnumerable<SettingProblem> Problems(string name)
    {
        if (KeyFile is not null && CertificateFile is null)
        {
            yield return new SettingProblem($"{name}.certificateFile", CertificateFile, $"a file, since there is a {name}.keyFile");
        }
    }
}
