using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>The certificate of the status page. A renewed one is taken without a restart; one that cannot be used is passed over, and the old one continues.</summary>
internal sealed partial class WebCertificate
{
    private const string Expected = "a PEM certificate and its unencrypted key";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private readonly StatusPageTlsOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private (string Certificate, string? Key) read;
    private SslStreamCertificateContext current;
    private long looked;

    /// <exception cref="AgentException">A file cannot be used.</exception>
    public WebCertificate(StatusPageTlsOptions options, TimeProvider time, ILogger log)
    {
        (this.options, this.time, this.log) = (options, time, log);
        read = Read();
        current = Load(read);
        looked = time.GetTimestamp();
    }

    /// <summary>The newest that can be used.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (time.GetElapsedTime(looked) >= LookAgain)
                {
                    looked = time.GetTimestamp();
                    Renew();
                }

                return current;
            }
        }
    }

    private void Renew()
    {
        try
        {
            (string Certificate, string? Key) now = Read();
            if (now == read)
            {
                return;
            }

            // Also one that cannot be used is looked at once only.
            read = now;
            current = Load(now);
            LogRenewed(current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (AgentException e)
        {
            LogPassedOver(e.Message);
        }
    }

    private (string Certificate, string? Key) Read() => (
        SecretFile.Read("statusPage.tls.certificateFile", options.CertificateFile!, Expected),
        options.KeyFile is null ? null : SecretFile.Read("statusPage.tls.keyFile", options.KeyFile, "an unencrypted PEM key"));

    private SslStreamCertificateContext Load((string Certificate, string? Key) pem)
    {
        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(pem.Certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem.Certificate, pem.Key ?? pem.Certificate), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            string setting = options.KeyFile is null ? "statusPage.tls.certificateFile" : "statusPage.tls.certificateFile with statusPage.tls.keyFile";
            throw new AgentException(ExitCode.Setting, $"{setting}: found \"{options.CertificateFile}\" ({e.Message}); expected {Expected}", e);
        }
    }

    [LoggerMessage(602, LogLevel.Information, "The status page has a new certificate, valid until {Until:yyyy-MM-dd HH:mm} UTC")]
    private partial void LogRenewed(DateTime until);

    [LoggerMessage(603, LogLevel.Warning, "The status page goes on with its old certificate: {Problem}")]
    private partial void LogPassedOver(string problem);
}
