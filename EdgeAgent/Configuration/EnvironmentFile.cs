using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>
/// The file of variables that systemd reads for the service (EnvironmentFile=): one NAME=VALUE a line, '#' and ';' begin a comment, quotes around a
/// value fall away. A command that is started by hand reads it itself, to see the settings that the service has.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>Where the unit looks for it.</summary>
    public const string OfTheService = "/etc/leafseg/leafseg-agent.env";

    /// <summary>Sets the file's variables in this process, but for those that are set already.</summary>
    /// <exception cref="AgentException">It cannot be read.</exception>
    public static void Apply(string path)
    {
        try
        {
            foreach ((string name, string value) in Parse(File.ReadLines(path)))
            {
                if (Environment.GetEnvironmentVariable(name) is null)
                {
                    Environment.SetEnvironmentVariable(name, value);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(ExitCode.Setting, $"{path}: cannot be read ({e.Message}); expected the service's variables: run this as root (sudo), or give --environment another file", e);
        }
    }

    internal static IEnumerable<(string Name, string Value)> Parse(IEnumerable<string> lines)
    {
        foreach (string line in lines.Select(l => l.Trim()))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || line[0] is '#' or ';')
            {
                continue;
            }

            string value = line[(equals + 1)..].Trim();
            if (value is ['"', .., '"'] or ['\'', .., '\''])
            {
                value = value[1..^1];
            }

            yield return (line[..equals].Trim(), value);
        }
    }
}
