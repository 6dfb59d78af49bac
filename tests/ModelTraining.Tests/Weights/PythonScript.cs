using System.Diagnostics;
using System.Globalization;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Debian's Python, with the packages that tests/run.sh installs.</summary>
internal static class PythonScript
{
    public static void Run(params IEnumerable<string> arguments)
    {
        using Process python = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardError = true })!;
        string errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"python3 ended with {python.ExitCode}: {errors}"));
    }
}
