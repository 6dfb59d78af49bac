using System.Diagnostics;
using System.Text;

namespace LeafSeg.Validation;

/// <summary>
/// Checks messages against a JSON Schema (2020-12) with Debian's python3-jsonschema: a validator that is not ours, like
/// those of the people who will read our messages.
/// </summary>
internal static class JsonSchemaValidator
{
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import json, sys
        try:
            from jsonschema import Draft202012Validator, FormatChecker
        except ImportError:
            sys.exit("python3-jsonschema is not installed: apt-get install -y python3-jsonschema")
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        for line in sys.stdin.buffer:
            errors = sorted("/".join(map(str, e.absolute_path)) + ": " + e.message for e in validator.iter_errors(json.loads(line)))
            print(json.dumps(" | ".join(errors)))
        """;

    /// <summary>What is wrong with each message, in the order given; "" for one that is valid.</summary>
    /// <param name="schemaFile">Path of the schema.</param>
    /// <param name="messages">UTF-8 JSON, each without a line break.</param>
    /// <exception cref="InvalidOperationException">The validator did not run; the message says why.</exception>
    public static IReadOnlyList<string> Errors(string schemaFile, IEnumerable<string> messages)
    {
        ProcessStartInfo start = new(Python, ["-c", Script, schemaFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        foreach (string message in messages)
        {
            process.StandardInput.WriteLine(message.ReplaceLineEndings(" "));
        }

        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => System.Text.Json.JsonSerializer.Deserialize<string>(line)!)]
            : throw new InvalidOperationException($"{Python} ended with {process.ExitCode}: {errors.Result}");
    }
}
