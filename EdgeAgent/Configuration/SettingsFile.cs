using System.Globalization;
using LeafSeg.Common.Json;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using Microsoft.Extensions.Configuration;

namespace LeafSeg.EdgeAgent.Configuration;

/// <summary>
/// Reads the one settings file: JSON, comments allowed. An environment variable takes precedence
/// (LEAFSEG_broker__password), so that a secret need not be in a file.
/// </summary>
internal static class SettingsFile
{
    /// <param name="path">Null: no file, only the environment and the defaults.</param>
    /// <exception cref="AgentException">The file is missing, is no JSON, or holds something that no setting is.</exception>
    public static AgentOptions Read(string? path)
    {
        ConfigurationBuilder builder = new();
        if (path is not null)
        {
            if (!File.Exists(path))
            {
                throw new AgentException(ExitCode.Setting, $"--settings: found no file \"{path}\"; expected a JSON file (deploy/leafseg-agent.json is an example)");
            }

            builder.AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false);
        }

        builder.AddEnvironmentVariables(EnvironmentVariables.Prefix);
        IConfigurationRoot configuration;
        try
        {
            configuration = builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new AgentException(ExitCode.Setting, $"{path}: found something that is not JSON ({JsonFault.InWords(e.GetBaseException())}); mend that place", e);
        }

        ThrowIfAny(path, SettingsCheck.Problems(configuration, typeof(AgentOptions)));
        return configuration.Get<AgentOptions>() ?? new AgentOptions();
    }

    /// <exception cref="AgentException">There are problems; the message holds all of them, one a line.</exception>
    public static void ThrowIfAny(string? path, IEnumerable<SettingProblem> problems)
    {
        List<SettingProblem> found = [.. problems];
        if (found.Count == 0)
        {
            return;
        }

        string where = path is null ? "" : $"{path}: ";
        string what = found.Count == 1
            ? found[0].ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{found.Count} settings are wrong\n  ") + string.Join("\n  ", found);
        throw new AgentException(ExitCode.Setting, where + what);
    }
}
