using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Mqtt;
using LeafSeg.EdgeAgent.RemoteCommands;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Outbox;
using LeafSeg.EdgeAgent.Triggering;

namespace LeafSeg.EdgeAgent.Tests.RemoteCommands;

public sealed class CommandHandlerTests : IDisposable
{
    private readonly CommandBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Capture_asks_through_the_one_stream_of_triggers_and_tells_the_id_of_the_result_to_come()
    {
        CommandResult answer = await bench.RequestAsync("capture", "c1");
        Assert.True(bench.Triggers.Reader.TryRead(out Trigger? trigger));
        Assert.Equal(TriggerKind.Command, trigger.Kind);
        Assert.Equal((CommandOutcome.Done, "c1", "capture"), (answer.Outcome, answer.Id, answer.Command));
        Assert.Equal([trigger.Id], answer.Captures!);
    }

    [Fact]
    public async Task A_capture_that_the_camera_has_no_time_for_fails_and_counts_as_missed()
    {
        await bench.RequestAsync("capture", "c1");
        CommandResult answer = await bench.RequestAsync("capture", "c2");
        Assert.Equal(CommandOutcome.Failed, answer.Outcome);
        Assert.Equal(1, bench.Counters.Missed.Value);
    }

    [Fact]
    public async Task The_same_id_gets_the_same_answer_and_has_no_second_effect_also_after_a_restart()
    {
        byte[] first = await bench.SendAsync("capture", bench.Payload("c1"));
        Assert.True(bench.Triggers.Reader.TryRead(out _));
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(first, await bench.SendAsync("capture", bench.Payload("c1")));
        Assert.False(bench.Triggers.Reader.TryRead(out _));

        bench.Restart();
        Assert.Equal(first, await bench.SendAsync("capture", bench.Payload("c1")));
        Assert.False(bench.Triggers.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_paused_rig_listens_to_no_trigger_misses_none_and_is_still_paused_after_a_restart()
    {
        Assert.True((await bench.RequestAsync("pause", "p1", ",\"paused\":true")).Paused);
        bench.Restart();
        Assert.True(bench.Pause.IsOn);
        Assert.False(bench.Triggers.Offer(TriggerKind.Gpio, 1));
        bench.Triggers.Miss();
        Assert.Equal(CommandOutcome.Failed, (await bench.RequestAsync("capture", "c1")).Outcome);
        Assert.Equal((0, 0), (bench.Counters.Triggers.Value, bench.Counters.Missed.Value));

        Assert.False((await bench.RequestAsync("resume", "r1")).Paused);
        Assert.True(bench.Triggers.Offer(TriggerKind.Gpio, 2));
        Assert.False((await bench.RequestAsync("pause", "p2", ",\"paused\":false")).Paused);

        // An old request that comes once more does not pause it again.
        Assert.True((await bench.RequestAsync("pause", "p1", ",\"paused\":true")).Paused);
        Assert.False(bench.Pause.IsOn);
        bench.Restart();
        Assert.False(bench.Pause.IsOn);
    }

    [Fact]
    public async Task Send_image_sends_the_newest_overlay_and_fails_where_there_is_none_or_no_connection()
    {
        Assert.Equal(CommandOutcome.Failed, (await bench.RequestAsync("send-image", "s1")).Outcome);
        Guid capture = Guid.CreateVersion7();
        bench.Recent.Show(new CaptureOverlay(7, capture, [1, 2, 3]));
        CommandResult sent = await bench.RequestAsync("send-image", "s2");
        Assert.Equal((CommandOutcome.Done, capture), (sent.Outcome, sent.Image));
        Assert.Equal([capture], bench.Sent);

        bench.SendingFails = new LinkException("cut", LinkFailure.HungUp);
        Assert.Contains("cut", (await bench.RequestAsync("send-image", "s3")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_answers_with_what_was_found_and_what_to_do()
    {
        CommandResult answer = await bench.RequestAsync("doctor", "d1");
        Assert.Equal("look at disk", answer.Detail);
        Assert.Equal("make room", Assert.Single(answer.Checks!).ToDo);
    }

    [Theory]
    [InlineData("send-image", "3 bytes were sent")]
    [InlineData("doctor", "look at disk")]
    public async Task What_was_done_but_cannot_be_noted_is_told_and_not_done_again(string name, string done)
    {
        FaultyDisk.Befall(null);
        bench.Restart();
        bench.Recent.Show(new CaptureOverlay(7, Guid.CreateVersion7(), [1, 2, 3]));
        int followed = 0;
        bench.WhileFollowing = () =>
        {
            followed++;
            FaultyDisk.Befall(new Fault(FaultKind.Full, at: 1));
        };
        CommandResult answer = await bench.RequestAsync(name, "a");
        FaultyDisk.Befall(null);
        Assert.Equal(CommandOutcome.Done, answer.Outcome);
        Assert.StartsWith($"{done}; this answer cannot be noted on the disk", answer.Detail, StringComparison.Ordinal);

        CommandResult again = await bench.RequestAsync(name, "a");
        Assert.Equal(CommandOutcome.Failed, again.Outcome);
        Assert.Contains("may have been followed", again.Detail, StringComparison.Ordinal);
        Assert.Equal(1, followed);
    }

    [Fact]
    public async Task What_cannot_be_noted_beforehand_is_not_done()
    {
        FaultyDisk.Befall(null);
        bench.Restart();
        int followed = 0;
        bench.WhileFollowing = () => followed++;
        FaultyDisk.Befall(new Fault(FaultKind.Full, at: 1));
        CommandResult answer = await bench.RequestAsync("doctor", "a");
        FaultyDisk.Befall(null);
        Assert.Equal((CommandOutcome.Failed, 0), (answer.Outcome, followed));
        Assert.StartsWith("nothing was done", answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("capture", "", null, "not JSON")]
    [InlineData("capture", "[1]", null, "Array")]
    [InlineData("capture", "{\"id\":\"a\",\"id\":\"b\"}", null, "not JSON")]
    [InlineData("capture", "{\"time\":\"2026-11-22T10:00:00Z\"}", null, "id: found nothing")]
    [InlineData("capture", "{\"id\":\"a/b\",\"time\":\"2026-11-22T10:00:00Z\"}", null, "id: found \"a/b\"")]
    [InlineData("capture", "{\"id\":\"\\ud800\",\"time\":\"2026-11-22T10:00:00Z\"}", null, "not JSON")]
    [InlineData("capture", "{\"id\":\"a\"}", "a", "time: found nothing")]
    [InlineData("capture", "{\"id\":\"a\",\"time\":\"2026-11-22T10:00:00\"}", "a", "with its zone")]
    [InlineData("capture", "{\"id\":\"a\",\"time\":\"2026-11-22T09:58:00Z\"}", "a", "within 60 s")]
    [InlineData("capture", "{\"id\":\"a\",\"time\":\"2026-11-22T10:02:00Z\"}", "a", "within 60 s")]
    [InlineData("pause", "{\"id\":\"a\",\"time\":\"2026-11-22T10:00:00Z\"}", "a", "paused: found nothing")]
    [InlineData("pause", "{\"id\":\"a\",\"time\":\"2026-11-22T10:00:00Z\",\"paused\":\"on\"}", "a", "paused: found \"on\"")]
    [InlineData("reboot", "{\"id\":\"a\",\"time\":\"2026-11-22T10:00:00Z\"}", "a", "expected one of capture")]
    public async Task What_is_wrong_with_a_command_is_answered_and_has_no_effect(string name, string payload, string? id, string problem)
    {
        CommandResult answer = MessageJson.ReadCommandResult(await bench.SendAsync(name, payload));
        Assert.Equal((CommandOutcome.Refused, id), (answer.Outcome, answer.Id));
        Assert.Contains(problem, answer.Detail, StringComparison.Ordinal);
        Assert.False(bench.Triggers.Reader.TryRead(out _));
        Assert.False(bench.Pause.IsOn);
    }

    [Fact]
    public async Task A_command_that_was_refused_for_its_age_is_followed_when_it_is_given_anew()
    {
        string old = bench.Payload("a");
        bench.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(CommandOutcome.Refused, MessageJson.ReadCommandResult(await bench.SendAsync("capture", old)).Outcome);
        Assert.Equal(CommandOutcome.Done, (await bench.RequestAsync("capture", "a")).Outcome);
    }

    [Fact]
    public async Task A_retained_or_oversized_command_is_refused()
    {
        IncomingMessage command = new() { Topic = "leafseg/v1/ghent/r17/command/capture", Payload = System.Text.Encoding.UTF8.GetBytes(bench.Payload("a")) };
        (string? id, byte[] answer) = await bench.Handler.AnswerAsync(command with { Retained = true }, TestContext.Current.CancellationToken);
        Assert.Equal("a", id);
        Assert.Contains("retained", MessageJson.ReadCommandResult(answer).Detail, StringComparison.Ordinal);

        (id, answer) = await bench.Handler.AnswerAsync(command with { Payload = new byte[CommandReading.LargestBytes + 1] }, TestContext.Current.CancellationToken);
        Assert.Null(id);
        Assert.Contains("4097 bytes", MessageJson.ReadCommandResult(answer).Detail, StringComparison.Ordinal);
        Assert.False(bench.Triggers.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("answers/#", false)]
    [InlineData("a/+/b", false)]
    [InlineData("$SYS/broker", false)]
    [InlineData("leafseg/v1/ghent/r17/command/capture", false)]
    [InlineData("leafseg/v1/ghent/r18/status", false)]
    [InlineData("answers/mine", true)]
    public void A_rig_never_answers_on_a_topic_of_rigs(string? topic, bool usable) => Assert.Equal(usable, ReplyAddress.IsUsable(topic));
}
