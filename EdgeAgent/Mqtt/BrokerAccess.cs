using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using MQTTnet;

namespace LeafSeg.EdgeAgent.Mqtt;

/// <summary>With what the rig shows itself to its broker, read once at the start so that a wrong file stops it there.</summary>
internal sealed class BrokerAccess
{
    private readonly X509Certificate2Collection authorities = [];
    private readonly X509Certificate2? certificate;

    /// <summary>What was wrong with the certificate that the broker showed last; null: nothing.</summary>
    private volatile string? refused;

    private BrokerAccess(BrokerOptions options)
    {
        User = options.UserFile is { } userFile ? Secret("broker.userFile", userFile) : options.User;
        Password = options.PasswordFile is { } passwordFile ? Secret("broker.passwordFile", passwordFile) : options.Password;
        TlsOptions tls = options.Tls;
        Encrypted = tls.Enabled || (BrokerAddress.TryParse(options.Address, out BrokerAddress? address) && address.IsSecureWebSocket);
        if (tls.CaFile is { } ca)
        {
            Read("broker.tls.caFile", ca, "a PEM file with one or more certificates", path => authorities.ImportFromPemFile(path));
        }

        if (tls.CaFile is not null && authorities.Count == 0)
        {
            throw Refusal("broker.tls.caFile", tls.CaFile, "no certificate is in it", "a PEM file with one or more certificates", null);
        }

        if (tls.CertificateFile is not { } own)
        {
            return;
        }

        string? key = tls.KeyFile is null ? null : SecretFile.PlaceOf(tls.KeyFile);
        certificate = Read(
            tls.KeyFile is null ? "broker.tls.certificateFile" : "broker.tls.certificateFile with broker.tls.keyFile",
            own, "a PEM certificate and its unencrypted key", path => X509Certificate2.CreateFromPemFile(path, key));
    }

    public bool Encrypted { get; }

    public string? User { get; }

    public string? Password { get; }

    /// <exception cref="AgentException">A file cannot be used; the message has its setting and its path.</exception>
    public static BrokerAccess Load(BrokerOptions options) => new(options);

    public void Apply(MqttClientOptionsBuilder builder, BrokerAddress address)
    {
        address.Apply(builder);
        if (User is not null)
        {
            builder.WithCredentials(User, Password ?? "");
        }

        if (!Encrypted)
        {
            return;
        }

        builder.WithTlsOptions(tls =>
        {
            tls.UseTls().WithTargetHost(address.Host);
            if (certificate is not null)
            {
                tls.WithClientCertificates([certificate]);
            }

            // The library would only say that it was refused, not why.
            tls.WithCertificateValidationHandler(shown =>
            {
                refused = Refused(shown.SslPolicyErrors, shown.Certificate, shown.Chain);
                return refused is null;
            });

            // An authority of one's own hardly ever publishes revocations.
            if (authorities.Count > 0)
            {
                tls.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck);
            }
        });
    }

    /// <summary>
    /// Why there is no connection, with what a certificate has to do with it. A certificate out of its time does not keep
    /// the agent from starting: results are recorded all the same, and it may be the clock that is wrong.
    /// </summary>
    public string Explain(string problem, DateTimeOffset now)
    {
        if (certificate is not null && (now < new DateTimeOffset(certificate.NotBefore) || now > new DateTimeOffset(certificate.NotAfter)))
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{problem}; broker.tls.certificateFile: found a certificate that is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, expected one that is valid at {now:u}: have a new one signed, or set the clock");
        }

        problem = refused is null ? problem : $"{problem} The broker's certificate: {refused}";
        return problem.Contains(nameof(X509ChainStatusFlags.NotTimeValid), StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{problem}; found a certificate of the broker or of its authority that has run out or is not yet valid, expected one that is valid at {now:u}: renew it there, or set the clock here")
            : problem;
    }

    /// <returns>What is wrong with the certificate that the broker shows; null: nothing.</returns>
    private string? Refused(SslPolicyErrors errors, X509Certificate? certificate, X509Chain? chain)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        X509ChainStatus[] status = chain?.ChainStatus ?? [];

        // A websocket knows only the authorities of this machine.
        if (authorities.Count > 0 && (errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0 && certificate is not null)
        {
            using X509Chain own = new() { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            own.ChainPolicy.CustomTrustStore.AddRange(authorities);
            own.ChainPolicy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
            using X509Certificate2 shown = new(certificate);
            if (own.Build(shown))
            {
                errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
            }

            status = own.ChainStatus;
        }

        return errors == SslPolicyErrors.None ? null : InWords(errors, status, certificate);
    }

    private static string InWords(SslPolicyErrors errors, X509ChainStatus[] status, X509Certificate? certificate)
    {
        List<string> words = [];
        if ((errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0)
        {
            words.Add("it shows none");
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            words.Add(certificate is null ? "it is for another name than broker.address has"
                : $"it is for {Names(certificate)}, and not for the host of broker.address (RemoteCertificateNameMismatch): name it there as the certificate does");
        }

        foreach (X509ChainStatus one in status.DistinctBy(s => s.Status))
        {
            words.Add(one.Status switch
            {
                X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => $"it is signed by no authority that this rig trusts ({one.Status}): put the certificate of its authority into broker.tls.caFile",
                X509ChainStatusFlags.NotSignatureValid => $"it is not signed by the authority of this name that the rig has ({one.Status}): put the certificate of the one that signs it now into broker.tls.caFile",
                X509ChainStatusFlags.NotTimeValid => $"it has run out or is not yet valid ({one.Status})",
                X509ChainStatusFlags.Revoked => $"it was revoked ({one.Status})",
                _ => one.Status.ToString(),
            });
        }

        return words.Count > 0 ? string.Join("; ", words) : errors.ToString();
    }

    private static string Names(X509Certificate certificate)
    {
        using X509Certificate2 shown = new(certificate);
        string[] names = [.. shown.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))];
        return names.Length > 0 ? string.Join(", ", names) : shown.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }

    private static string Secret(string setting, string file)
    {
        string text = Read(setting, file, "a file with one line of text", File.ReadAllText).TrimEnd('\r', '\n');
        return text.Length > 0 ? text : throw Refusal(setting, file, "it is empty", "a file with one line of text", null);
    }

    private static void Read(string setting, string file, string expected, Action<string> read) => Read(setting, file, expected, path =>
    {
        read(path);
        return true;
    });

    private static T Read<T>(string setting, string file, string expected, Func<string, T> read)
    {
        try
        {
            return read(SecretFile.PlaceOf(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Refusal(setting, file, e.Message, expected, e);
        }
    }

    private static AgentException Refusal(string setting, string file, string found, string expected, Exception? cause) =>
        new(ExitCode.Setting, $"{setting}: found \"{SecretFile.PlaceOf(file)}\", which cannot be used ({found}); expected {expected}, readable by this user", cause);
}
