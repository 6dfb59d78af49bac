using System.Text;
using System.Text.Json;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EndToEnd;

/// <summary>The real program beside a native library that asks for one which this machine does not have.</summary>
public sealed class MissingLibraryTests : IDisposable
{
    private const string Native = "libOpenCvSharpExtern.so";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_doctor_names_it_and_looks_at_all_else_and_a_run_ends_with_its_exit_code()
    {
        string program = Install();
        string settings = Path.Combine(folder.Path, "settings.json");
        string state = Path.Combine(folder.Path, "state");
        string video = Path.Combine(folder.Path, "video.avi");
        await File.WriteAllTextAsync(video, "no video", TestContext.Current.CancellationToken);
        Rig rig = new(folder.Path, "embedded");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            stateFolder = state,
            camera = new { device = new { path = video } },
            broker = new { address = "embedded" },
            model = new { file = rig.Model },
            triggers = new { schedule = new { everySeconds = 1 } },
            statusPage = new { enabled = false },
        }), TestContext.Current.CancellationToken);

        using ChildProcess doctor = new(program, "doctor", "--settings", settings);
        Assert.Equal((int)ExitCode.Ill, await doctor.ExitCodeAsync());
        string output = string.Join('\n', doctor.Output);
        Assert.Contains("ILL   camera", output, StringComparison.Ordinal);
        Assert.Contains("libgtk-9.so.0 is missing", output, StringComparison.Ordinal);
        Assert.Contains("well  broker", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(state), "the doctor left a folder behind");

        using ChildProcess run = new(program, "run", "--settings", settings);
        int code = await run.ExitCodeAsync();
        Assert.True(code == (int)ExitCode.Machine, $"{code}: {run.Errors}");
        Assert.Contains("libgtk-9.so.0 is missing", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    /// <summary>The kernel tells the doctor of chips and lines without libgpiod, which a run cannot do without.</summary>
    [Fact]
    public async Task The_doctor_names_libgpiod_where_it_is_missing_and_looks_at_all_else()
    {
        string settings = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new
        {
            stateFolder = Path.Combine(folder.Path, "state"),
            camera = new { device = new { path = "/dev/video99" } },
            broker = new { address = "embedded" },
            triggers = new { gpio = new { chip = "0", line = 17 } },
        }), TestContext.Current.CancellationToken);
        string program = Path.Combine(AppContext.BaseDirectory, "leafseg-agent");
        using ChildProcess doctor = new("unshare", "--mount", "--map-root-user", "sh", "-c",
            $"for library in /usr/lib/*/libgpiod.so.* /lib/*/libgpiod.so.*; do [ ! -e \"$library\" ] || mount --bind /dev/null \"$library\" || exit 99; done; exec {program} doctor --settings {settings}");
        int code = await doctor.ExitCodeAsync();
        string told = string.Join('\n', doctor.Output);
        Assert.True(code == (int)ExitCode.Ill, $"{code}: {told} {doctor.Errors}");
        Assert.Contains("libgpiod, which drives GPIO lines, is not installed; install it (apt-get install libgpiod2)", told, StringComparison.Ordinal);
        Assert.Contains("well  broker", told, StringComparison.Ordinal);
    }

    /// <summary>Links to the program's files, but for one that asks for a library which nobody has.</summary>
    private string Install()
    {
        string installed = Path.Combine(folder.Path, "installed");
        Directory.CreateDirectory(installed);
        foreach (string entry in Directory.GetFileSystemEntries(AppContext.BaseDirectory).Where(e => Path.GetFileName(e) != Native))
        {
            string name = Path.GetFileName(entry);
            bool isProgram = name.StartsWith("leafseg-agent", StringComparison.Ordinal) || name.EndsWith(".dll", StringComparison.Ordinal);
            if (isProgram)
            {
                File.Copy(entry, Path.Combine(installed, name));
            }
            else
            {
                File.CreateSymbolicLink(Path.Combine(installed, name), entry);
            }
        }

        byte[] library = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Native));
        byte[] asked = Encoding.ASCII.GetBytes("libgtk-3.so.0\0");
        int at = library.AsSpan().IndexOf(asked);
        Assert.True(at > 0, $"{Native} does not ask for libgtk-3.so.0 any more");
        library[at + "libgtk-".Length] = (byte)'9';
        File.WriteAllBytes(Path.Combine(installed, Native), library);
        return Path.Combine(installed, "leafseg-agent");
    }
}
