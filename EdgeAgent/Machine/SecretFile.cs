using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>A secret in a file of its own, or in a credential that systemd hands to the service (LoadCredential=).</summary>
internal static class SecretFile
{
    private const string CredentialsFolder = "CREDENTIALS_DIRECTORY";

    /// <exception cref="AgentException">It cannot be read, or is empty.</exception>
    public static string Read(string setting, string file)
    {
        string place = Environment.GetEnvironmentVariable(CredentialsFolder) is { Length: > 0 } folder && File.Exists(Path.Combine(folder, file))
            ? Path.Combine(folder, file)
            : file;
        try
        {
            string text = File.ReadAllText(place).TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw Refusal("nothing is in it", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(e.Message, e);
        }

        AgentException Refusal(string found, Exception? cause) =>
            new(ExitCode.Setting, $"{setting}: found \"{file}\" ({found}); expected a file with one line of text, or the name of a systemd credential", cause);
    }
}
