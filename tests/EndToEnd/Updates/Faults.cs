using System.Globalization;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>What goes wrong at a step.</summary>
public enum Fault
{
    None,

    /// <summary>The process is killed; a write is done by half before.</summary>
    Kill,

    /// <summary>The step is refused once; a write is done by half before.</summary>
    Fail,

    /// <summary>The disk has no room for a while.</summary>
    Full,
}

/// <summary>Lets steps that the agent takes with the files of its updates and with its server go wrong (faults.c).</summary>
internal sealed class Faults
{
    private readonly string library;

    private Faults(string library) => this.library = library;

    public static async Task<Faults> CompileAsync(string folder)
    {
        string library = Path.Combine(folder, "faults.so");
        using ChildProcess compiler = new("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, Path.Combine(AppContext.BaseDirectory, "faults.c"), "-ldl");
        int code = await compiler.ExitCodeAsync();
        Assert.True(code == 0, compiler.Errors);
        return new Faults(library);
    }

    /// <summary>For env(1): the next program has the fault, what it starts has not.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="at">At which step, from 1 on.</param>
    /// <param name="state">The agent's state folder.</param>
    /// <param name="port">The server with the models.</param>
    /// <param name="log">Gets a line for each step.</param>
    public IEnumerable<string> Environment(Fault fault, int at, string state, int port, string log) =>
    [
        $"LD_PRELOAD={library}",
        $"FAULT_FILES={state}/models/:{state}/tuf/",
        $"FAULT_PORT={port.ToString(CultureInfo.InvariantCulture)}",
        $"FAULT_LOG={log}",
        $"FAULT_KIND={fault.ToString().ToLowerInvariant()}",
        $"FAULT_AT={(fault == Fault.None ? 0 : at).ToString(CultureInfo.InvariantCulture)}",
    ];
}
