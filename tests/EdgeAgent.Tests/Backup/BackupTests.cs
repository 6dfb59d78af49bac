using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Backup;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Outbox;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Tests.Outbox;
using LeafSeg.EdgeAgent.Updates.Store;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Tests.Backup;

/// <summary>A rig's state as one file, and back.</summary>
public sealed class BackupTests : IDisposable
{
    private const string Settings = """
        // A rig.
        { "site": "ghent", "rig": "r17", "plant": "a3" }
        """;

    private readonly TemporaryFolder folder = new();

    private string State => Path.Combine(folder.Path, "state");

    private string SettingsFile => Path.Combine(folder.Path, "leafseg-agent.json");

    private string Copy => Path.Combine(folder.Path, "r17.leafseg");

    private string Elsewhere => Path.Combine(folder.Path, "elsewhere");

    public void Dispose() => folder.Dispose();

    /// <summary>The agent goes on recording and acknowledging while it is backed up.</summary>
    [Fact]
    public async Task What_was_recorded_before_is_in_a_backup_of_a_rig_that_goes_on_and_the_restored_one_repeats_no_number()
    {
        Fill();
        using OutboxStore running = OutboxStore.Open(State);
        for (int i = 0; i < 200; i++)
        {
            running.Record(Payload);
        }

        using CancellationTokenSource end = new();
        Task load = Task.Run(
            () =>
            {
                while (!end.IsCancellationRequested)
                {
                    running.Record(Payload);
                    running.Acknowledge(running.Oldest()!.Sequence, [("a3", [1, 2, 3])]);
                }
            },
            TestContext.Current.CancellationToken);
        await Until(() => running.KeptBytes > 0);
        long before = LastSequence(running);
        BackupManifest manifest = Write();
        await end.CancelAsync();
        await load;
        long after = LastSequence(running);
        Assert.InRange(manifest.Recorded, before, after);
        Assert.InRange(manifest.Waiting, 220, 223);

        Restore();
        using OutboxStore restored = OutboxStore.Open(Elsewhere);
        Assert.Equal(manifest.Waiting, restored.Depth);
        SortedSet<long> found = [];
        restored.SendAgain();
        while (restored.Oldest() is { } entry)
        {
            Assert.Equal(Payload(entry.Sequence), entry.Payload);
            Assert.True(found.Add(entry.Sequence), $"{entry.Sequence} came twice");
            restored.Acknowledge(entry.Sequence, []);
        }

        Assert.True(Enumerable.Range(1, (int)before).All(i => found.Contains(i)));

        // The old rig has recorded on: no (boot, sequence) of the one may be one of the other's.
        Assert.Equal(manifest.Recorded + 1, restored.Record(Payload));
        Assert.NotEqual(MachineBoot.Of(running.StoreId), MachineBoot.Of(restored.StoreId));
        Assert.Equal(after + 1, running.Record(Payload));
    }

    [Fact]
    public void Everything_that_makes_the_rig_comes_back_as_it_was_and_nothing_else()
    {
        Fill();
        string[] files = ["commands.db", "models/active", "models/failed.json", "models/format", "models/last-good", .. Models(), "outbox.db",
            "scales/top.json", "set-aside/000000000007.json", "sizes/top.json", "tuf/root.json"];
        string[] left = ["announced.json", "recent.json", "overlays/1.jpg", "originals/1.png", "tensorrt/a/engine", "proofs.json", "models/incoming/x/part", ".tuf%part", "outbox.db.damaged-1", "before-restore-1/a"];
        foreach (string name in left)
        {
            WriteText(name, "left out");
        }

        BackupManifest manifest = Write();
        Assert.Equal(("ghent", "r17", "1.2.3"), (manifest.Site, manifest.Rig, manifest.Agent));
        string settings = Path.Combine(folder.Path, "etc", "leafseg-agent.json");
        Restore(settings: settings);
        Assert.Equal(files.Order(StringComparer.Ordinal), Names(Elsewhere));
        Assert.Equal(Settings, File.ReadAllText(settings));
        foreach (string name in files.Where(name => !name.EndsWith(".db", StringComparison.Ordinal)))
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(State, name)), File.ReadAllBytes(Path.Combine(Elsewhere, name)));
            Assert.InRange(File.GetLastWriteTimeUtc(Path.Combine(Elsewhere, name)) - File.GetLastWriteTimeUtc(Path.Combine(State, name)), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        }

        ModelStore models = ModelStore.Open(Path.Combine(Elsewhere, "models"));
        Assert.True(models.Has(models.Active!) && models.Has(models.LastGood!));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(folder.Path), entry => Path.GetFileName(entry).StartsWith('.'));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void What_may_hold_passwords_is_for_its_owner_alone()
    {
        Fill();
        Write();
        string settings = Path.Combine(folder.Path, "etc", "leafseg-agent.json");
        Restore(settings: settings);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(settings));
        string[] folders = [Elsewhere, .. Directory.GetDirectories(Elsewhere, "*", SearchOption.AllDirectories)];
        string[] files = Directory.GetFiles(Elsewhere, "*", SearchOption.AllDirectories);
        Assert.All(folders, path => Assert.Equal((path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), (path, File.GetUnixFileMode(path))));
        Assert.All(files, path => Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite))));

        // Settings that are there keep the mode that their owner gave them.
        File.WriteAllText(settings, "{}");
        File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.Delete(Elsewhere, recursive: true);
        Restore(settings: settings, force: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(settings));
    }

    [Fact]
    public void Pictures_come_with_it_when_they_are_asked_for()
    {
        Fill();
        WriteText("overlays/1.jpg", "overlay");
        WriteText("originals/1.png", "original");
        Write(withPictures: true);
        Restore();
        Assert.Equal("original", File.ReadAllText(Path.Combine(Elsewhere, "originals/1.png")));
        Assert.Equal("overlay", File.ReadAllText(Path.Combine(Elsewhere, "overlays/1.jpg")));
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused_and_with_force_what_was_there_is_kept()
    {
        Fill();
        Write();
        Directory.CreateDirectory(Elsewhere);
        File.WriteAllText(Path.Combine(Elsewhere, "notes.txt"), "mine");
        string settings = Path.Combine(folder.Path, "old.json");
        File.WriteAllText(settings, "{}");
        AgentException refusal = Assert.Throws<AgentException>(() => Restore());
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("notes.txt", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--force", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], Names(Elsewhere));

        Restoration restoration = Restore(settings: settings, force: true);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(restoration.FormerState!, "notes.txt")));
        Assert.Equal("{}", File.ReadAllText(restoration.FormerSettings!));
        Assert.Equal(Settings, File.ReadAllText(settings));

        // What was set aside once does not count as something, and is not set aside again.
        Restoration again = Restore(settings: settings, force: true);
        Assert.Null(again.FormerSettings);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(restoration.FormerState!, "notes.txt")));
        Assert.False(File.Exists(Path.Combine(Elsewhere, "notes.txt")));
        OutboxStore.Open(Elsewhere).Dispose();
    }

    [Fact]
    public void Settings_that_are_there_are_refused_before_anything_changes()
    {
        Fill();
        Write();
        string settings = Path.Combine(folder.Path, "old.json");
        File.WriteAllText(settings, "{}");
        Assert.Contains(settings, Assert.Throws<AgentException>(() => Restore(settings: settings)).Message, StringComparison.Ordinal);
        Assert.Empty(Names(Elsewhere));
        Assert.Equal("{}", File.ReadAllText(settings));
    }

    [Fact]
    public void A_folder_on_which_an_agent_runs_is_refused_even_with_force()
    {
        Fill();
        Write();
        using OutboxStore running = OutboxStore.Open(Elsewhere);
        running.Record(Payload);
        AgentException refusal = Assert.Throws<AgentException>(() => Restore(force: true));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("stop it first", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, running.Record(Payload));
        Assert.Equal(1, running.Oldest()!.Sequence);
    }

    [Fact]
    public void A_restore_that_was_broken_off_keeps_the_agent_out_until_it_is_run_again()
    {
        Fill();
        Write();
        Directory.CreateDirectory(Path.Combine(Elsewhere, OutboxStore.HalfRestored, "state"));
        Assert.Contains("restore again", Assert.Throws<AgentException>(() => OutboxStore.Open(Elsewhere)).Message, StringComparison.Ordinal);
        Assert.Throws<AgentException>(() => Restore());
        Restore(force: true);
        using OutboxStore outbox = OutboxStore.Open(Elsewhere);
        Assert.Equal(20, outbox.Depth);
    }

    [Fact]
    public void A_file_that_is_damaged_anywhere_is_refused_or_restored_as_it_was()
    {
        Fill();
        Write();
        byte[] whole = File.ReadAllBytes(Copy);
        Restore();
        Dictionary<string, string> expected = Contents(Elsewhere);
        Random random = new(17);
        int refused = 0;
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = [.. whole];
            int at = random.Next(damaged.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            refused += AssertRefusedOrAsItWas(damaged, expected, $"bit at {at}") ? 1 : 0;
        }

        Assert.InRange(refused, 100, 150);
        foreach (int length in (int[])[0, 1, 22, whole.Length / 2, whole.Length - 1])
        {
            Assert.True(AssertRefusedOrAsItWas(whole[..length], expected, $"cut to {length}"));
        }
    }

    [Theory]
    [InlineData("\"leafseg.backup/1\"", "\"leafseg.backup/2\"", "newer leafseg-agent")]
    [InlineData("\"outbox\": 2", "\"outbox\": 3", "newer leafseg-agent")]
    [InlineData("\"models\": 1", "\"tracks\": 1", "newer leafseg-agent")]
    [InlineData("state/tuf/root.json", "state/../../root.json", "damaged")]
    [InlineData("state/tuf/root.json", "state/other/root.json", "damaged", false)]
    public void A_file_of_a_newer_version_or_with_names_that_lead_elsewhere_is_refused(string from, string to, string told, bool renamesEntry = true)
    {
        Fill();
        Write();
        using (ZipArchive zip = ZipFile.Open(Copy, ZipArchiveMode.Update))
        {
            ZipArchiveEntry old = zip.GetEntry("manifest.json")!;
            string text;
            using (StreamReader reader = new(old.Open()))
            {
                text = reader.ReadToEnd();
            }

            Assert.Contains(from, text, StringComparison.Ordinal);
            byte[] changed = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
            old.Delete();
            using (Stream entry = zip.CreateEntry("manifest.json").Open())
            {
                entry.Write(changed);
            }

            // The whole file says the same: what is refused is the name, not a file that is missing.
            if (renamesEntry && zip.GetEntry(from) is { } named)
            {
                using MemoryStream content = new();
                using (Stream read = named.Open())
                {
                    read.CopyTo(content);
                }

                named.Delete();
                using Stream entry = zip.CreateEntry(to).Open();
                entry.Write(content.ToArray());
            }

            zip.Comment = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(changed))}";
        }

        AgentException refusal = Assert.Throws<AgentException>(() => Restore());
        Assert.Equal(ExitCode.Refused, refusal.ExitCode);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Elsewhere));
    }

    [Fact]
    public void Settings_of_a_newer_agent_are_refused_and_nothing_is_left()
    {
        Fill();
        File.WriteAllText(SettingsFile, """{ "site": "ghent", "rig": "r17", "oven": { "degrees": 180 } }""");
        Write();
        string message = Assert.Throws<AgentException>(() => Restore()).Message;
        Assert.Contains("oven", message, StringComparison.Ordinal);
        Assert.Contains("settings.json in the backup", message, StringComparison.Ordinal);
        Assert.Empty(Names(Elsewhere));
    }

    [Fact]
    public void A_folder_without_an_outbox_is_no_rig_and_an_earlier_backup_stays()
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Copy, "the one of yesterday");
        AgentException refusal = Assert.Throws<AgentException>(() => BackupWriter.Write(Copy, Source(withPictures: false) with { SettingsFile = null }, new Progress<long>(), TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("found no outbox.db", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("the one of yesterday", File.ReadAllText(Copy));
    }

    [Fact]
    public void An_interrupted_backup_leaves_the_earlier_one_and_an_interrupted_restore_an_empty_folder()
    {
        Fill();
        Write();
        byte[] earlier = File.ReadAllBytes(Copy);
        using CancellationTokenSource interrupted = new();
        interrupted.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => BackupWriter.Write(Copy, Source(withPictures: false), new Progress<long>(), interrupted.Token));
        Assert.Equal(earlier, File.ReadAllBytes(Copy));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(folder.Path), entry => Path.GetFileName(entry).StartsWith('.'));

        using BackupFile backup = BackupFile.Open(Copy);
        Assert.ThrowsAny<OperationCanceledException>(() => new Restoration(Elsewhere, null, force: false).Run(backup, new Progress<long>(), interrupted.Token));
        Assert.Empty(Names(Elsewhere));
    }

    /// <returns>Refused.</returns>
    private bool AssertRefusedOrAsItWas(byte[] file, Dictionary<string, string> expected, string what)
    {
        string copy = Path.Combine(folder.Path, "damaged.leafseg");
        string target = Path.Combine(folder.Path, "damaged");
        File.WriteAllBytes(copy, file);
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        try
        {
            using BackupFile backup = BackupFile.Open(copy);
            new Restoration(target, null, force: false).Run(backup, new Progress<long>(), TestContext.Current.CancellationToken);
        }
        catch (AgentException e)
        {
            Assert.True(e.ExitCode == ExitCode.Refused, $"{what}: {e.Message}");
            Assert.True(!Directory.Exists(target) || Directory.GetFileSystemEntries(target).Length == 0, what);
            return true;
        }

        Assert.Equal(expected, Contents(target));
        return false;
    }

    /// <summary>Every file; of the outbox, which gets another id each time, its results.</summary>
    private static Dictionary<string, string> Contents(string state)
    {
        Dictionary<string, string> found = Names(state).Where(name => !name.EndsWith(".db", StringComparison.Ordinal))
            .ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(state, name))));
        using SqliteConnection outbox = new($"Data Source={Path.Combine(state, "outbox.db")};Pooling=False");
        outbox.Open();
        using SqliteCommand select = outbox.CreateCommand();
        select.CommandText = "SELECT group_concat(sequence || hex(payload)) FROM result";
        found["outbox.db"] = (string)select.ExecuteScalar()!;
        return found;
    }

    private void Fill()
    {
        using (OutboxStore outbox = OutboxStore.Open(State, resend: new ResendWindow(TimeSpan.FromHours(1), 100_000_000)))
        {
            for (int i = 0; i < 20; i++)
            {
                outbox.Record(Payload);
            }
        }

        CommandStore.Open(State).Dispose();
        ModelStore models = ModelStore.Open(Path.Combine(State, "models"));
        string[] digests = [.. Models().Select((_, i) => Adopt(models, i))];
        models.KeepAsLastGood(digests[0]);
        models.Activate(digests[1]);
        models.Fail($"sha256:{new string('a', 64)}", "slow", DateTimeOffset.UnixEpoch);
        foreach (string name in (string[])["scales/top.json", "sizes/top.json", "set-aside/000000000007.json", "tuf/root.json"])
        {
            WriteText(name, $"content of {name}");
        }

        // A rig whose clock was never set.
        File.SetLastWriteTimeUtc(Path.Combine(State, "tuf/root.json"), DateTime.UnixEpoch);
        File.WriteAllText(SettingsFile, Settings);
    }

    private static string[] Models() => [.. Enumerable.Range(0, 2).Select(i => $"models/sha256-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Model(i)))}.onnx")];

    private static byte[] Model(int number) => Encoding.UTF8.GetBytes(new string((char)('a' + number), 3000));

    private string Adopt(ModelStore models, int number)
    {
        string file = Path.Combine(folder.Path, $"model{number}.onnx");
        File.WriteAllBytes(file, Model(number));
        return models.Adopt(file);
    }

    private void WriteText(string name, string text)
    {
        string path = Path.Combine(State, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private BackupSource Source(bool withPictures) => new(State, SettingsFile, "ghent", "r17", "1.2.3", withPictures);

    private BackupManifest Write(bool withPictures = false) => BackupWriter.Write(Copy, Source(withPictures), new Progress<long>(), TestContext.Current.CancellationToken);

    private Restoration Restore(string? settings = null, bool force = false)
    {
        using BackupFile backup = BackupFile.Open(Copy);
        Restoration restoration = new(Elsewhere, settings, force);
        restoration.Run(backup, new Progress<long>(), TestContext.Current.CancellationToken);
        return restoration;
    }

    private static string[] Names(string state) => Directory.Exists(state)
        ? [.. Directory.GetFiles(state, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(state, file)).Order(StringComparer.Ordinal)]
        : [];

    private static long LastSequence(OutboxStore outbox) => outbox.Record(Payload);

    private static byte[] Payload(long sequence) => MessageJson.Write(Captures.Any(sequence) with { Id = new Guid((int)sequence, 0, 0, new byte[8]) });

    private static async Task Until(Func<bool> isTrue)
    {
        while (!isTrue())
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
