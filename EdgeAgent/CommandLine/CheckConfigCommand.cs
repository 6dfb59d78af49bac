using System.CommandLine;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.CommandLine;

/// <summary><c>leafseg-agent check-config</c>.</summary>
internal static class CheckConfigCommand
{
    private const string Description = """
        Says whether a settings file is right, without touching camera, lines or broker: each setting that is unknown or
        out of range is reported with its full name, what was found and what was expected.

        Examples:
          leafseg-agent check-config /etc/leafseg/leafseg-agent.json
          leafseg-agent check-config --schema > leafseg-agent.schema.json      for an editor that completes settings

        Exit codes: 0 the settings are right, 2 the command line is wrong, 3 a setting is wrong.
        """;

    public static Command Create()
    {
        Argument<string?> file = new("FILE") { Description = "Settings file (JSON)", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> schema = new("--schema") { Description = "Write the JSON Schema of the settings file to the standard output instead" };
        Command command = new("check-config", Description) { file, schema };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null != result.GetValue(schema))
            {
                result.AddError("check-config: expected either a settings file or --schema");
            }
        });
        command.SetAction(parsed => (int)(parsed.GetValue(file) is { } path ? Check(path) : WriteSchema()));
        return command;
    }

    internal static ExitCode Check(string path)
    {
        SettingsFile.ThrowIfAny(path, SettingsFile.Read(path).Problems());
        Console.WriteLine($"{path}: the settings are right");
        return ExitCode.Done;
    }

    private static ExitCode WriteSchema()
    {
        Console.WriteLine(SettingsSchema.Text());
        return ExitCode.Done;
    }
}
