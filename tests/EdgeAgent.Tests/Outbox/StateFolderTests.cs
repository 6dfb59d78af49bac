using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Outbox;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.Tests.Outbox;

/// <summary>State folders that cannot be used are refused, and stay as they are.</summary>
public sealed class StateFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_agent_on_the_same_folder_is_refused_and_the_first_goes_on()
    {
        using OutboxStore first = OutboxStore.Open(folder.Path);
        first.Record(_ => "a"u8.ToArray());
        AgentException refusal = Assert.Throws<AgentException>(() => OutboxStore.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("another leafseg-agent uses this folder", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, first.Record(_ => "b"u8.ToArray()));
        Assert.Equal("a"u8.ToArray(), first.Oldest()!.Payload);
    }

    [Fact]
    public void A_folder_of_a_newer_version_is_refused_and_not_a_byte_of_it_changes()
    {
        using (OutboxStore old = OutboxStore.Open(folder.Path))
        {
            old.Record(_ => "a"u8.ToArray());
        }

        string file = Path.Combine(folder.Path, "outbox.db");
        using (SqliteConnection newer = new($"Data Source={file};Pooling=False"))
        {
            newer.Open();
            using SqliteCommand command = newer.CreateCommand();
            command.CommandText = "PRAGMA user_version = 3";
            command.ExecuteNonQuery();
        }

        byte[] before = File.ReadAllBytes(file);
        AgentException refusal = Assert.Throws<AgentException>(() => OutboxStore.Open(folder.Path));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("found an outbox of version 3, expected 2 or older", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_with_its_name_and_the_setting()
    {
        // A file in the way: permissions do not hold root back, and tests may run as root.
        string inTheWay = Path.Combine(folder.Path, "state");
        File.WriteAllText(inTheWay, "x");
        AgentException refusal = Assert.Throws<AgentException>(() => OutboxStore.Open(inTheWay));
        Assert.Equal(ExitCode.Machine, refusal.ExitCode);
        Assert.Contains("stateFolder", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(inTheWay, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("x", File.ReadAllText(inTheWay));
    }
}
