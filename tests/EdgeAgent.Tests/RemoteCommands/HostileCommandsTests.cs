using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Tests.RemoteCommands;

public sealed class HostileCommandsTests : IDisposable
{
    private static readonly string[] Names =
        [.. CommandName.All, "", "CAPTURE", "capture ", "model", "\u0000", "+", "#", "..", "command", "é", new string('x', 5000)];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e999", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[[[[[[[[[[[1]]]]]]]]]]]]", "NaN", "\"yes\"",
        "\"2026-11-22T10:00:00\"", "\"2026-11-22T10:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-02-30T10:00:00Z\"",
        "\"1970-01-01T00:00:00Z\"", "\"2026-11-22T10:00:00.123456789123Z\"", "\"../../etc\"", "\"a'; DROP TABLE answer; --\"", "\"+\"", "'x'", "",
    ];

    private readonly CommandBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task No_hostile_command_crashes_or_has_an_effect_beyond_an_answer_that_says_what_was_wrong()
    {
        int count = HostileInputs.Count(usually: 20_000);
        Random random = new(20261122);
        int refused = 0, failed = 0;
        for (int i = 0; i < count; i++)
        {
            IncomingMessage message = Hostile(random, i);
            (string? id, byte[] answer) = await bench.Handler.AnswerAsync(message, TestContext.Current.CancellationToken);
            CommandResult result = MessageJson.ReadCommandResult(answer);
            bool meant = id is not null && id.StartsWith("fine", StringComparison.Ordinal);
            if (!meant)
            {
                Assert.True(result.Outcome == CommandOutcome.Refused, Describe(message, result));
                Assert.True(result.Detail.Length is > 10 and < 1000, Describe(message, result));
                Assert.True(Topics.IsName(result.Command) || result.Command.Length == 0, Describe(message, result));
                refused++;
            }
            else if (result.Outcome == CommandOutcome.Failed)
            {
                failed++;
            }

            Assert.Equal(result.Id, id);
        }

        // Nothing but the well-formed captures, of which one fits into the queue, and none of them paused the rig.
        Assert.True(refused > count / 2);
        Assert.True(bench.Triggers.Reader.TryRead(out _));
        Assert.False(bench.Triggers.Reader.TryRead(out _));
        Assert.Equal(failed + 1, bench.Counters.Triggers.Value);
        Assert.False(bench.Pause.IsOn);
        Assert.Empty(bench.Sent);
    }

    private IncomingMessage Hostile(Random random, int number)
    {
        string name = Names[random.Next(Names.Length)];
        bool fine = random.Next(200) == 0;
        string payload = fine ? bench.Payload($"fine{number}") : Broken(random);
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        if (!fine && random.Next(3) == 0)
        {
            Damage(random, ref bytes);
        }

        return new IncomingMessage
        {
            Topic = $"leafseg/v1/ghent/r17/command/{(fine ? CommandName.Capture : name)}",
            Payload = bytes,
            Retained = !fine && random.Next(4) == 0,
        };
    }

    /// <summary>Something like a command, of which at least one part is never right.</summary>
    private string Broken(Random random)
    {
        string Any() => Values[random.Next(Values.Length)];
        string now = $"\"{bench.Time.GetUtcNow():O}\"";
        string old = $"\"{bench.Time.GetUtcNow().AddSeconds(-61 - random.Next(1_000_000)):O}\"";
        return random.Next(7) switch
        {
            0 => $"{{\"id\":{Any()},\"time\":{old},\"paused\":{Any()}}}",
            1 => $"{{\"id\":\"b{random.Next(50)}\",\"time\":{old},\"paused\":true}}",
            2 => $"{{\"id\":\"/b\",\"time\":{now},\"paused\":true}}",
            3 => $"{{\"id\":\"b\",\"id\":\"b\",\"time\":{now},\"paused\":true}}",
            4 => new string('{', random.Next(100)) + Any(),
            5 => $"{{\"id\":\"b\",\"time\":{old}}} {Any()} x",
            _ => $"{{\"id\":\"b\",\"time\":{old},\"x\":\"{new string('y', random.Next(5) * 1000)}\"}}",
        };
    }

    private static void Damage(Random random, ref byte[] bytes)
    {
        // Cut or overwritten with what no text holds, so that chance does not make a command right.
        if (random.Next(2) == 0)
        {
            bytes = bytes[..random.Next(bytes.Length)];
        }
        else if (bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(128, 256);
        }
    }

    private static string Describe(IncomingMessage message, CommandResult result) =>
        $"{message.Topic} {Encoding.UTF8.GetString(message.Payload)}: {result.Outcome} {result.Detail}";
}
