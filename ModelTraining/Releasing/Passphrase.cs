using System.Text;

namespace LeafSeg.ModelTraining.Releasing;

/// <summary>Where the passphrase of a key file comes from: never from the command line, where everyone on the machine could read it.</summary>
internal sealed record Passphrase
{
    private const int Shortest = 8;

    /// <summary>A file whose first line it is; null for none.</summary>
    public string? File { get; init; }

    /// <summary>An environment variable that holds it; null for none. With neither, it is requested.</summary>
    public string? Variable { get; init; }

    /// <exception cref="ReleaseException">There is none.</exception>
    public string For(string keyFile) => Given() ?? Ask($"Passphrase of {keyFile}: ");

    /// <summary>A new one: requested twice.</summary>
    /// <exception cref="ReleaseException">There is none, or one that is too short.</exception>
    public string New(string keyFile)
    {
        string chosen = Given() ?? Ask($"New passphrase for {keyFile}: ");
        if (chosen.Length < Shortest)
        {
            throw ReleaseException.Argument($"The passphrase has {chosen.Length} characters, expected {Shortest} or more.");
        }

        if (File is null && Variable is null && Ask("Again: ") != chosen)
        {
            throw ReleaseException.Argument("The two passphrases differ; no key is made.");
        }

        return chosen;
    }

    private string? Given()
    {
        if (File is not null && Variable is not null)
        {
            throw ReleaseException.Argument("--passphrase-file and --passphrase-env are both given, expected one of them.");
        }

        if (File is not null)
        {
            return RequiredFile.Text(File, "a file with the passphrase in its first line").Split('\n')[0].TrimEnd('\r');
        }

        if (Variable is null)
        {
            return null;
        }

        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value
            ? value
            : throw ReleaseException.Argument($"--passphrase-env: the environment variable {Variable} is empty, expected a passphrase in it.");
    }

    private static string Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            throw ReleaseException.Argument("There is no terminal to ask for the passphrase; give --passphrase-file or --passphrase-env.");
        }

        Console.Error.Write(question);
        StringBuilder typed = new();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0)
            {
                typed.Length--;
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
