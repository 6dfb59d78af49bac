using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Machine;

/// <summary>A secret in a file of its own, or in a credential that systemd hands to the service (LoadCredential=).</summary>
internal static class SecretFile
{
    private const string CredentialsFolder = "CREDENTIALS_DIRECTORY";

    /// <summary>The credential of that name, where systemd hands one to this service; the file otherwise.</summary>
    public static string PlaceOf(string file) =>
        Environment.GetEnvironmentVariable(CredentialsFolder) is { Length: > 0 } folder && Path.Combine(folder, file) is { } credential && File.Exists(credential)
            ? credential
            : file;

    /// <param name="setting">Its full name.</param>
    /// <param name="file">A file, or the name of a credential.</param>
    /// <param name="expected">What is to be in it.</param>
    /// <exception cref="AgentException">It cannot be read, or is empty.</exception>
    public static string Read(string setting, string file, string expected = "one line of text")
    {
        try
        {
            string text = File.ReadAllText(PlaceOf(file)).TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw Refusal("nothing is in it", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(e.Message, e);
        }

        AgentException Refusal(string found, Exception? cause) =>
            new(ExitCode.Setting, $"{setting}: found \"{file}\" ({found}); expected a file with {expected}, or the name of a systemd credential", cause);
    }
}
