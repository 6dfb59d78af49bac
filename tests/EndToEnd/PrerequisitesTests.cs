using LeafSeg.Common.Tests;
using LeafSeg.Documentation;

namespace LeafSeg.EndToEnd;

/// <summary>deploy/prerequisites.sh with a package database of its own, and an apt-get that installs nothing.</summary>
public sealed class PrerequisitesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PrerequisitesTests()
    {
        Write("status", """
            Package: libgtk-3-0t64
            Status: install ok installed
            Architecture: amd64
            Maintainer: Test <test@example.org>
            Version: 3.24
            Provides: libgail, libgtk-3-0 (= 3.24)
            Description: as of Debian 13 and Ubuntu 24.04

            Package: curl
            Status: deinstall ok config-files
            Architecture: amd64
            Maintainer: Test <test@example.org>
            Version: 8
            Provides: fetcher
            Description: removed

            """);
        string apt = Write("apt-get", "#!/bin/sh\necho no network >&2\nexit 1\n");
#pragma warning disable CA1416 // the script is for Debian
        File.SetUnixFileMode(apt, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("libgtk-3-0t64")]
    [InlineData("libgtk-3-0")]
    [InlineData("libgail")]
    public async Task What_is_installed_by_its_name_or_provided_is_left_alone(string package)
    {
        using ChildProcess script = Run(package);
        Assert.Equal(0, await script.ExitCodeAsync());
        Assert.Empty(script.Errors);
    }

    [Theory]
    [InlineData("libgtk-3")]
    [InlineData("curl")]
    [InlineData("fetcher")]
    public async Task What_is_missing_is_named_where_it_cannot_be_installed(string package)
    {
        using ChildProcess script = Run("libgtk-3-0", package);
        Assert.Equal(3, await script.ExitCodeAsync());
        Assert.Contains($"Installing {package} failed", script.Errors, StringComparison.Ordinal);
        Assert.Contains("no network", script.Errors, StringComparison.Ordinal);
    }

    private ChildProcess Run(params string[] packages) => new("env",
        [$"DPKG_ADMINDIR={folder.Path}", $"PATH={folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            Path.Combine(ShellBlock.Repository, "deploy", "prerequisites.sh"), .. packages]);

    private string Write(string name, string content)
    {
        string file = Path.Combine(folder.Path, name);
        File.WriteAllText(file, content);
        return file;
    }
}
