using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeafSeg.EndToEnd;

/// <summary>A private authority and the certificates that it gives to programs on loopback, as PEM files in a folder.</summary>
internal sealed class Authority : IDisposable
{
    private readonly string folder;
    private readonly X509Certificate2 own;
    private byte issued;

    public Authority(string folder, string name = "authority")
    {
        this.folder = folder;
        using RSA key = RSA.Create(2048);
        CertificateRequest request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(9));
        File = Write("ca.pem", own.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate.</summary>
    public string File { get; }

    /// <summary>PEM files of a new certificate and its key; not valid: its time is over.</summary>
    public (string Certificate, string Key) Issue(string name, bool isValid = true, string host = "127.0.0.1")
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = Request(name, key);
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(own, new DateTimeOffset(own.NotBefore), isValid ? new DateTimeOffset(own.NotAfter) : DateTimeOffset.UtcNow.AddDays(-1), [++issued]);
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose() => own.Dispose();

    private static CertificateRequest Request(string name, RSA key) => new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
