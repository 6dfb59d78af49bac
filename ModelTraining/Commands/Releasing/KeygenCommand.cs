using System.CommandLine;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>leafseg-train release keygen.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        Option<string> output = new("--out", "-o") { Description = "Key file to write (.pem); its public half goes beside it (.pub.json)", Required = true };
        Option<string> scheme = new("--scheme") { Description = "ed25519, ecdsa (P-256) or rsa-pss (3072 bits)", DefaultValueFactory = _ => "ed25519" };
        SigningOptions signing = new();
        Command command = new("keygen",
            $"""
            Makes a key. The private half is written encrypted (PKCS #8 in PEM, AES-256) and readable for its owner alone; it
            is never shown. The public half is for init, delegate and rotate-root. Keep a copy of both elsewhere.

            Examples:
              leafseg-train release keygen --out keys/targets.pem
              leafseg-train release keygen --out keys/online.pem --scheme ecdsa --passphrase-file /run/secrets/online

            {ReleaseCommand.ExitCodes}
            """)
        {
            output, scheme,
        };
        signing.AddPassphraseTo(command);
        command.SetAction((arguments, cancellation) => Interruptible.RunAsync(
            () => Run(arguments.GetValue(output)!, arguments.GetValue(scheme)!, signing.Passphrase(arguments)), cancellation));
        return command;
    }

    private static int Run(string output, string scheme, Passphrase passphrase)
    {
        if (!KeyFile.Schemes.Contains(scheme))
        {
            throw ReleaseException.Argument($"--scheme is '{scheme}', expected {string.Join(", ", KeyFile.Schemes)}.");
        }

        if (Path.GetExtension(output) != ".pem")
        {
            throw ReleaseException.Argument($"--out is '{output}', expected a file name that ends in .pem.");
        }

        string publicFile = PublicKeyFile.PathOf(output);
        if (File.Exists(publicFile))
        {
            throw ReleaseException.File($"{publicFile}: is there already; name another file.");
        }

        if (File.Exists(output))
        {
            throw ReleaseException.File($"{output}: is there already, and a key that is written over is lost; name another file.");
        }

        PublicKey key = KeyFile.Create(output, scheme, passphrase.New(output));
        PublicKeyFile.Write(publicFile, key);
        Console.WriteLine($"{output}, {publicFile}: {key.KeyType} key {key.Id}");
        return ExitCode.Done;
    }
}
