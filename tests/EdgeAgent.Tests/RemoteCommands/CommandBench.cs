using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Doctor;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Triggering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.RemoteCommands;

/// <summary>A command handler with everything that it can have an effect on.</summary>
internal sealed class CommandBench : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private CommandStore store;

    public CommandBench()
    {
        store = CommandStore.Open(folder.Path);
        Handler = NewHandler();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public Counters Counters { get; } = new();

    public PauseSwitch Pause { get; private set; } = new();

    public RecentResults Recent { get; } = new();

    public TriggerQueue Triggers { get; private set; } = null!;

    public CommandHandler Handler { get; private set; }

    /// <summary>Captures whose picture was sent.</summary>
    public List<Guid> Sent { get; } = [];

    public LinkException? SendingFails { get; set; }

    /// <summary>Happens while a picture is sent or the doctor looks.</summary>
    public Action? WhileFollowing { get; set; }

    /// <summary>The agent is restarted on the same folder.</summary>
    public void Restart()
    {
        store.Dispose();
        store = CommandStore.Open(folder.Path);
        Pause = new PauseSwitch();
        Handler = NewHandler();
    }

    public async Task<byte[]> SendAsync(string name, string payload) =>
        (await Handler.AnswerAsync(new IncomingMessage { Topic = $"leafseg/v1/ghent/r17/command/{name}", Payload = Encoding.UTF8.GetBytes(payload) }, default)).Answer;

    public async Task<CommandResult> RequestAsync(string name, string id, string more = "") =>
        MessageJson.ReadCommandResult(await SendAsync(name, Payload(id, more)));

    public string Payload(string id, string more = "") => $"{{\"id\":\"{id}\",\"time\":\"{Time.GetUtcNow():O}\"{more}}}";

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    private CommandHandler NewHandler()
    {
        Triggers = new TriggerQueue(Time, Counters, NullLogger<TriggerQueue>.Instance, pause: Pause);
        return new CommandHandler(new CommandOptions(), store, Triggers, Pause, Recent, Send, Examine, Time);
    }

    private RigCheck[] Examine()
    {
        WhileFollowing?.Invoke();
        return [RigChecks.Check("disk", false, "full", "room", "make room")];
    }

    private Task<int> Send(Guid capture, byte[] jpeg, CancellationToken cancellationToken)
    {
        WhileFollowing?.Invoke();
        if (SendingFails is not null)
        {
            throw SendingFails;
        }

        Sent.Add(capture);
        return Task.FromResult(jpeg.Length);
    }
}
