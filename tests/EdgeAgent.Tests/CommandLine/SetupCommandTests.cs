using System.Runtime.Versioning;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.CommandLine;
using LeafSeg.EdgeAgent.Configuration;
using LeafSeg.EdgeAgent.Faults;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

public sealed class SetupCommandTests : IDisposable
{
    private static readonly NewSettings Answers = new()
    {
        Site = "ghent",
        Rig = "r17",
        Plant = "a3",
        Broker = "192.168.1.5:1883",
        Camera = "/dev/video0",
        EverySeconds = 600,
    };

    private readonly TemporaryFolder folder = new();

    private string SettingsPath => Path.Combine(folder.Path, "etc", "leafseg-agent.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_answered_is_what_the_agent_reads()
    {
        SetupCommand.Write(SettingsPath, Answers with { Gpio = "tegra234-gpio:PAC.06", User = "r17" }, "secret");
        AgentOptions read = SettingsFile.Read(SettingsPath);
        Assert.Empty(read.Problems());
        Assert.Equal(("ghent", "r17", "a3"), (read.Site, read.Rig, read.Plant));
        Assert.Equal("/dev/video0", read.Camera.Device?.Path);
        Assert.Equal(("tegra234-gpio", "PAC.06"), (read.Triggers.Gpio?.Chip, read.Triggers.Gpio?.LineName));
        Assert.Equal(600, read.Triggers.Schedule?.EverySeconds);
        Assert.Equal("secret", File.ReadAllText(read.Broker.PasswordFile!));
    }

    [Theory]
    [InlineData("0:17", "0", 17, null)]
    [InlineData("/dev/gpiochip4:3", "/dev/gpiochip4", 3, null)]
    [InlineData("a:b:BUTTON", "a:b", 0, "BUTTON")]
    public void The_line_of_a_chip_follows_the_last_colon(string given, string chip, int line, string? name)
    {
        SetupCommand.Write(SettingsPath, Answers with { Gpio = given }, password: null);
        var gpio = SettingsFile.Read(SettingsPath).Triggers.Gpio!;
        Assert.Equal((chip, line, name), (gpio.Chip, gpio.Line, gpio.LineName));
    }

    [Fact]
    public void An_industrial_camera_is_named_after_its_kind()
    {
        SetupCommand.Write(SettingsPath, Answers with { Camera = "genicam:Basler-21438231" }, password: null);
        Assert.Equal("Basler-21438231", SettingsFile.Read(SettingsPath).Camera.Genicam?.Name);
    }

    [Fact]
    public void A_folder_is_a_camera_too()
    {
        SetupCommand.Write(SettingsPath, Answers with { Camera = folder.Path }, password: null);
        Assert.Equal(Path.GetFullPath(folder.Path), SettingsFile.Read(SettingsPath).Camera.Folder?.Path);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Nobody_else_may_read_what_was_written()
    {
        SetupCommand.Write(SettingsPath, Answers with { User = "r17" }, "secret");
        foreach (string file in new[] { SettingsPath, Path.Combine(folder.Path, "etc", "broker-password") })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void The_services_settings_name_the_services_folder()
    {
        Assert.Equal("/var/lib/leafseg", SetupCommand.StateFolderFor("/etc/leafseg/leafseg-agent.json"));
        Assert.Null(SetupCommand.StateFolderFor(SettingsPath));
    }

    [Fact]
    public void A_wrong_answer_is_named_and_nothing_is_written()
    {
        AgentException e = Assert.Throws<AgentException>(() => SetupCommand.Write(SettingsPath, Answers with { Rig = "My Rig" }, "secret"));
        Assert.Equal(ExitCode.Setting, e.ExitCode);
        Assert.Contains("rig: found \"My Rig\"", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(SettingsPath)));
    }

    [Fact]
    public void A_line_without_a_name_or_number_is_refused()
    {
        AgentException e = Assert.Throws<AgentException>(() => SetupCommand.Write(SettingsPath, Answers with { Gpio = "0" }, password: null));
        Assert.Contains("triggers.gpio.lineName", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_is_kept_unless_forced_and_then_stays_beside_the_new_one()
    {
        SetupCommand.Write(SettingsPath, Answers, password: null);
        string first = File.ReadAllText(SettingsPath);
        Assert.Equal(ExitCode.Setting, Assert.Throws<AgentException>(() => SetupCommand.ThrowIfThere(SettingsPath, force: false)).ExitCode);
        SetupCommand.ThrowIfThere(SettingsPath, force: true);
        SetupCommand.Write(SettingsPath, Answers with { Rig = "r18" }, password: null);
        Assert.Equal(first, File.ReadAllText(SettingsPath + ".old"));
        Assert.Equal("r18", SettingsFile.Read(SettingsPath).Rig);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_the_machines_fault()
    {
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        AgentException e = Assert.Throws<AgentException>(() => SetupCommand.Write(Path.Combine(file, "settings.json"), Answers, password: null));
        Assert.Equal(ExitCode.Machine, e.ExitCode);
    }

    [Fact]
    public void An_empty_answer_takes_the_default_and_the_question_shows_it()
    {
        StringWriter shown = new();
        Questions questions = new(new StringReader("\nghent\n\n30\n"), shown, interactive: true);
        Assert.Equal("plant1", questions.Ask("Plant", "--plant", "plant1"));
        Assert.Equal("ghent", questions.Ask("Site", "--site"));
        Assert.Null(questions.AskMaybe("User"));
        Assert.Equal(30, questions.AskNumber("Every", "--every", 600));
        Assert.Equal("Plant [plant1]: Site: User: Every [600]: ", shown.ToString());
    }

    [Fact]
    public void Without_a_terminal_what_has_no_default_is_asked_for_by_its_option()
    {
        Questions questions = new(TextReader.Null, TextWriter.Null, interactive: false);
        Assert.Equal("plant1", questions.Ask("Plant", "--plant", "plant1"));
        AgentException e = Assert.Throws<AgentException>(() => questions.Ask("Site", "--site"));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("--site", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10,5")]
    [InlineData("1,000")]
    [InlineData("soon")]
    public void A_number_is_written_with_a_point(string answer)
    {
        Questions questions = new(new StringReader(answer + "\n"), TextWriter.Null, interactive: true);
        Assert.Equal(ExitCode.Usage, Assert.Throws<AgentException>(() => questions.AskNumber("Every", "--every", 600)).ExitCode);
    }
}
