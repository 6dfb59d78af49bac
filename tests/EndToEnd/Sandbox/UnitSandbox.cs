namespace LeafSeg.EndToEnd.Sandbox;

/// <summary>
/// The filter of system calls and address families that systemd/leafseg-agent.service asks for, as systemd itself expands its
/// groups, for a program that a test starts. A call outside of it ends the program, so that no test passes over one.
/// </summary>
internal sealed class UnitSandbox
{
    private static readonly Dictionary<string, int> Families = new(StringComparer.Ordinal)
    {
        ["AF_UNIX"] = 1,
        ["AF_INET"] = 2,
        ["AF_INET6"] = 10,
        ["AF_NETLINK"] = 16,
        ["AF_PACKET"] = 17,
    };

    private readonly string launcher;
    private readonly string rules;

    private UnitSandbox(string launcher, string rules) => (this.launcher, this.rules) = (launcher, rules);

    /// <summary>What stands before a program's own name and arguments.</summary>
    public IReadOnlyList<string> Command => [launcher, rules];

    /// <param name="folder">Gets the launcher and its rules.</param>
    /// <param name="without">Calls that the filter holds and this one does not.</param>
    public static async Task<UnitSandbox> PrepareAsync(string folder, params string[] without)
    {
        string launcher = Path.Combine(folder, "sandbox");
        using ChildProcess compiler = new(
            "gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", launcher, Path.Combine(AppContext.BaseDirectory, "sandbox.c"), "-lseccomp");
        int code = await compiler.ExitCodeAsync();
        Assert.True(code == 0, compiler.Errors);

        Dictionary<string, List<string>> groups = await GroupsAsync();
        HashSet<string> allowed = [.. Allowed(groups).Except(without)];
        string[] known = [.. Calls("@known", groups)];
        string rules = Path.Combine(folder, "rules");
        await File.WriteAllLinesAsync(rules,
        [
            .. allowed.Select(call => $"allow {call}"),
            .. known.Except(allowed).Select(call => $"kill {call}"),
            .. Values("RestrictAddressFamilies").Select(family => $"family {Families[family]}"),
        ], TestContext.Current.CancellationToken);
        return new UnitSandbox(launcher, rules);
    }

    private static HashSet<string> Allowed(Dictionary<string, List<string>> groups)
    {
        HashSet<string> allowed = [];
        foreach (string line in Lines("SystemCallFilter"))
        {
            bool takesAway = line.StartsWith('~');
            IEnumerable<string> calls = line.TrimStart('~').Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(call => Calls(call, groups));
            if (takesAway)
            {
                allowed.ExceptWith(calls);
            }
            else
            {
                allowed.UnionWith(calls);
            }
        }

        Assert.NotEmpty(allowed);

        // systemd's own, without which no program starts.
        allowed.UnionWith(Calls("@default", groups));
        return allowed;
    }

    private static IEnumerable<string> Calls(string name, Dictionary<string, List<string>> groups) =>
        name.StartsWith('@') ? groups[name].SelectMany(member => Calls(member, groups)) : [name.Split(':')[0]];

    private static async Task<Dictionary<string, List<string>>> GroupsAsync()
    {
        using ChildProcess analyze = new("systemd-analyze", "--no-pager", "syscall-filter");
        Assert.Equal(0, await analyze.ExitCodeAsync());
        Dictionary<string, List<string>> groups = new(StringComparer.Ordinal);
        string group = "";
        foreach (string line in analyze.Output.Where(line => line.Length > 0))
        {
            if (line[0] == '@')
            {
                groups[group = line.Trim()] = [];
            }
            else if (line[0] == ' ' && line.TrimStart()[0] != '#' && group.Length > 0)
            {
                groups[group].Add(line.Trim());
            }
            else if (line[0] != ' ')
            {
                group = "";
            }
        }

        return groups;
    }

    private static IEnumerable<string> Values(string key) => Lines(key).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Lines(string key) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "leafseg-agent.service"))
            .Where(line => line.StartsWith($"{key}=", StringComparison.Ordinal))
            .Select(line => line[(key.Length + 1)..]);
}
