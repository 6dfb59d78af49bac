namespace LeafSeg.EndToEnd.Documentation;

/// <summary>A reader's shell: a folder, the programs by their names, and sudo without a password, for it asks nobody here.</summary>
internal sealed class PageShell
{
    private readonly string folder;

    public PageShell(string folder)
    {
        this.folder = folder;
        string programs = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "leafseg-train"), Path.Combine(AppContext.BaseDirectory, "leafseg-train"));
        File.CreateSymbolicLink(Path.Combine(programs, "leafseg-agent"), Path.Combine(AppContext.BaseDirectory, "leafseg-agent"));
        string sudo = Path.Combine(programs, "sudo");
        File.WriteAllText(sudo, "#!/bin/sh\nexec \"$@\"\n");
#pragma warning disable CA1416 // a reader's shell is bash
        File.SetUnixFileMode(sudo, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }

    /// <summary>A command that goes on until it is ended.</summary>
    public ChildProcess Start(string command) => new("bash", "-c", $"{Place}exec {command}");

    /// <summary>Commands that end by themselves, the first that fails last.</summary>
    /// <returns>What they printed.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string commands, params int[] allowed)
    {
        using ChildProcess shell = new("bash", "-c", $"{Place}set -e -o pipefail; {commands}");
        int code = await shell.ExitCodeAsync();
        Assert.True(code == 0 || allowed.Contains(code), $"{commands}: exit code {code}\n{shell.Errors}");
        return shell.Output;
    }

    private string Place => $"cd '{folder}'; export PATH='{folder}/bin':$PATH; ";
}
