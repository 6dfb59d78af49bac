using System.CommandLine;
using LeafSeg.ModelTraining.Releasing;

namespace LeafSeg.ModelTraining.Commands.Releasing;

/// <summary>The options with which a command gets at private keys.</summary>
internal sealed class SigningOptions
{
    private readonly Option<string[]> keys = new("--key", "-k") { Description = "Key file (.pem) to sign with; may be named several times", HelpName = "FILE" };
    private readonly Option<string?> file = new("--passphrase-file") { Description = "File whose first line is the key files' passphrase; asked for otherwise", HelpName = "FILE" };
    private readonly Option<string?> variable = new("--passphrase-env") { Description = "Environment variable that holds it", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(keys);
        AddPassphraseTo(command);
    }

    public void AddPassphraseTo(Command command)
    {
        command.Options.Add(file);
        command.Options.Add(variable);
    }

    public Passphrase Passphrase(ParseResult arguments) => new() { File = arguments.GetValue(file), Variable = arguments.GetValue(variable) };

    /// <summary>The key files, opened. The caller disposes them.</summary>
    /// <exception cref="ReleaseException">One cannot be.</exception>
    public IReadOnlyList<SigningKey> Open(ParseResult arguments)
    {
        Passphrase passphrase = Passphrase(arguments);
        List<SigningKey> opened = [];
        try
        {
            foreach (string path in arguments.GetValue(keys) ?? [])
            {
                opened.Add(KeyFile.Read(path, passphrase.For(path)));
            }

            return opened;
        }
        catch
        {
            opened.ForEach(key => key.Dispose());
            throw;
        }
    }
}
