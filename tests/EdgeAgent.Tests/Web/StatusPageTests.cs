using System.Net;
using LeafSeg.Common.Messages;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Capture;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Overlays;
using LeafSeg.EdgeAgent.Telemetry;
using LeafSeg.EdgeAgent.Tests.Publishing;
using LeafSeg.EdgeAgent.Updates.Requests;
using LeafSeg.EdgeAgent.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeafSeg.EdgeAgent.Tests.Web;

/// <summary>What a fleet's tools ask: /healthz, whether the rig measures, and /readyz, whether its results arrive too.</summary>
public sealed class StatusPageTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly LinkBench bench = new();
    private readonly HttpClient http = new();
    private readonly int port = LoopbackPort.Free("port", null, 18_080);
    private readonly StatusPage page;

    public StatusPageTests()
    {
        RecentResults recent = new();
        UpdateJournal updates = new(Path.Combine(folder.Path, "request.json"));
        StatusReport report = new(bench.Rig, bench.Models, updates, [new CameraStatus("top")],
            bench.Link, bench.Outbox, bench.Counters, bench.Alarms, recent, TimeProvider.System);
        MetricsReport metrics = new(bench.Rig, bench.Link, bench.Outbox, new OverlayRing(folder.Path, 1), bench.Counters, bench.Alarms, recent, bench.Models, updates, bench.NewHealth());
        page = new StatusPage(new StatusPageOptions { Port = port }, report, metrics, recent, NullLogger<StatusPage>.Instance);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await page.StartAsync(Now);

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await bench.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_rig_without_its_broker_is_well_and_not_ready()
    {
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("healthz"));
        (HttpStatusCode code, string why) = await AskAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.StartsWith($"broker {bench.Address}: ", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rig_that_measures_and_is_heard_is_well_and_ready()
    {
        await ConnectAsync();
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("healthz"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("readyz"));
    }

    [Theory]
    [InlineData(AlarmCode.CameraLost)]
    [InlineData(AlarmCode.CameraFrozen)]
    [InlineData(AlarmCode.ProcessingFailed)]
    [InlineData(AlarmCode.OutboxFailed)]
    public async Task A_rig_that_does_not_measure_is_neither_well_nor_ready_until_it_does(string alarm)
    {
        await ConnectAsync();
        bench.Alarms.Raise(alarm, AlarmSeverity.Critical, "that is why");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, $"{alarm}: that is why\n"), await AskAsync("healthz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, $"{alarm}: that is why\n"), await AskAsync("readyz"));
        bench.Alarms.Clear(alarm);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("healthz"));
    }

    [Fact]
    public async Task An_alarm_under_which_results_are_still_recorded_is_no_reason_to_start_the_rig_anew()
    {
        bench.Alarms.Raise(AlarmCode.DiskLow, AlarmSeverity.Critical, "little room");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("healthz"));
    }

    private async Task ConnectAsync()
    {
        await bench.StartBrokerAsync();
        await bench.Link.StartAsync(Now);
        await LinkBench.UntilAsync(() => bench.Link.Status.Connected);
    }

    private async Task<(HttpStatusCode Code, string Text)> AskAsync(string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{path}"), Now);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Now));
    }
}
