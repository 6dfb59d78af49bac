using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeafSeg.Common.Downloads;

/// <summary>Trust in the authorities of one file, in place of those of the machine.</summary>
public static class Authorities
{
    /// <summary>For TLS as a client. A certificate's name and dates are still checked.</summary>
    /// <param name="pemFile">With one or more certificates.</param>
    /// <exception cref="CryptographicException">There is none in it, or one is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509ChainPolicy TrustOnly(string pemFile)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(pemFile);
        return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("found no certificate in PEM");
    }
}
