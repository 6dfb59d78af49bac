using System.Globalization;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Data.Sqlite;

namespace LeafSeg.EdgeAgent.RemoteCommands;

/// <summary>
/// Follows commands, each once: the same id gets the same answer and has no second effect, also after a restart. What is
/// wrong with a message is answered too, and has no effect.
/// </summary>
internal sealed class CommandHandler
{
    private readonly CommandOptions options;
    private readonly CommandStore store;
    private readonly TriggerQueue triggers;
    private readonly PauseSwitch pause;
    private readonly RecentResults recent;
    private readonly Func<Guid, byte[], CancellationToken, Task<int>> sendImage;
    private readonly Func<IReadOnlyList<RigCheck>> examine;
    private readonly TimeProvider time;

    public CommandHandler(
        CommandOptions options,
        CommandStore store,
        TriggerQueue triggers,
        PauseSwitch pause,
        RecentResults recent,
        Func<Guid, byte[], CancellationToken, Task<int>> sendImage,
        Func<IReadOnlyList<RigCheck>> examine,
        TimeProvider time)
    {
        this.options = options;
        this.store = store;
        this.triggers = triggers;
        this.pause = pause;
        this.recent = recent;
        this.sendImage = sendImage;
        this.examine = examine;
        this.time = time;
        pause.IsOn = store.Paused;
    }

    /// <summary>The answer, and the id by which it is found.</summary>
    public async Task<(string? Id, byte[] Answer)> AnswerAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        CommandReading reading = CommandReading.Of(message);
        string name = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        if (reading.Command is not { } command)
        {
            return (reading.Id, Refused(reading.Id, Topics.IsName(name) ? name : "", reading.Problem!));
        }

        try
        {
            return (command.Id, store.AnswerTo(command.Id) ?? await FollowOnceAsync(command, cancellationToken));
        }
        catch (SqliteException e)
        {
            return (command.Id, MessageJson.Write(Answer(command, CommandOutcome.Failed, $"nothing was done, because it cannot be noted on the disk: {e.Message}")));
        }
    }

    private async Task<byte[]> FollowOnceAsync(Command command, CancellationToken cancellationToken)
    {
        TimeSpan age = time.GetUtcNow() - command.Time;
        if (age.Duration().TotalSeconds > options.OldestSeconds)
        {
            return Refused(command.Id, command.Name, string.Create(CultureInfo.InvariantCulture,
                $"time: found {command.Time:O}, expected one within {options.OldestSeconds} s of the rig's, which is {time.GetUtcNow():O} (commands.oldestSeconds)"));
        }

        if (command.Paused is { } paused)
        {
            return Pause(command, paused);
        }

        // Noted first: whatever happens while it is followed, it is not followed again.
        store.Write(command.Id, MessageJson.Write(Answer(command, CommandOutcome.Failed, "what became of this command could not be noted: the agent was stopped meanwhile, or the disk refused; it may have been followed")));
        return Noted(command.Name switch
        {
            CommandName.Capture => Capture(command),
            CommandName.SendImage => await SendImageAsync(command, cancellationToken),
            _ => Examine(command),
        });
    }

    /// <summary>What was done is done, whether it can be noted or not.</summary>
    private byte[] Noted(CommandResult result)
    {
        byte[] answer = MessageJson.Write(result);
        try
        {
            store.Write(result.Id!, answer);
            return answer;
        }
        catch (SqliteException e)
        {
            return MessageJson.Write(result with { Detail = $"{result.Detail}; this answer cannot be noted on the disk: {e.Message}" });
        }
    }

    private byte[] Pause(Command command, bool paused)
    {
        byte[] answer = MessageJson.Write(Answer(command, CommandOutcome.Done, paused ? "the rig takes no pictures until it is resumed" : "the rig takes pictures") with { Paused = paused });
        store.Write(command.Id, answer, paused);
        pause.IsOn = paused;
        return answer;
    }

    private CommandResult Capture(Command command)
    {
        if (pause.IsOn)
        {
            return Answer(command, CommandOutcome.Failed, "the rig is paused; resume it first");
        }

        IReadOnlyList<Guid> captures = triggers.Ask(TriggerKind.Command, edgeMonotonicNs: null);
        return captures.Count > 0
            ? Answer(command, CommandOutcome.Done, "a picture is being taken") with { Captures = captures }
            : Answer(command, CommandOutcome.Failed, "another picture is being taken and one waits, or the camera has none any more; try again a little later");
    }

    private async Task<CommandResult> SendImageAsync(Command command, CancellationToken cancellationToken)
    {
        if (recent.Overlay is not { } overlay)
        {
            return Answer(command, CommandOutcome.Failed, "there is no picture since the agent was started; take one first");
        }

        try
        {
            int bytes = await sendImage(overlay.Capture, overlay.Jpeg, cancellationToken);
            return Answer(command, CommandOutcome.Done, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes were sent")) with { Image = overlay.Capture };
        }
        catch (LinkException e)
        {
            return Answer(command, CommandOutcome.Failed, $"the picture was not sent: {e.Message}");
        }
    }

    private CommandResult Examine(Command command)
    {
        IReadOnlyList<RigCheck> checks = examine();
        string[] ill = [.. checks.Where(c => !c.Ok).Select(c => c.Name)];
        return Answer(command, CommandOutcome.Done, ill.Length == 0 ? "all is well" : $"look at {string.Join(", ", ill)}") with { Checks = checks };
    }

    private byte[] Refused(string? id, string name, string problem) => MessageJson.Write(new CommandResult
    {
        Id = id,
        Command = name,
        Time = time.GetUtcNow(),
        Outcome = CommandOutcome.Refused,
        Detail = problem,
    });

    private CommandResult Answer(Command command, CommandOutcome outcome, string detail) => new()
    {
        Id = command.Id,
        Command = command.Name,
        Time = time.GetUtcNow(),
        Outcome = outcome,
        Detail = detail,
    };
}
