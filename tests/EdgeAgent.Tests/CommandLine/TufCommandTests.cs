using LeafSeg.Common.Storage;
using LeafSeg.Common.Tests;
using LeafSeg.Common.Tests.Tuf;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Tests.Updates.Tuf;
using LeafSeg.EndToEnd;
using Microsoft.AspNetCore.Http;

namespace LeafSeg.EdgeAgent.Tests.CommandLine;

/// <summary>leafseg-agent tuf as a real process, as foreign test suites start it.</summary>
public sealed class TufCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("valid-root-rotation", true)]
    [InlineData("valid-delegation-backtracking", true)]
    [InlineData("valid-delegation-order", true)]
    [InlineData("target-other-bytes", false)]
    [InlineData("snapshot-longer-than-listed", false)]
    [InlineData("target-not-listed", false)]
    public async Task It_asks_a_server_for_what_the_reference_client_asked_for_and_ends_as_it_did(string name, bool accepts)
    {
        GoldenCase golden = GoldenCase.Own(name);
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            path => File.Exists(golden.PathOf(path)) ? File.ReadAllBytes(golden.PathOf(path)) : null);

        Assert.Equal(ExitCode.Done, await RunAsync("--metadata-dir", At("trusted"), "init", golden.PathOf(golden.TrustedRoot)));
        Assert.Empty(server.Requests);
        ExitCode end = await RunAsync(
            "--metadata-url", $"{server.Address}{golden.Metadata}", "--metadata-dir", At("trusted"), "--target-name", golden.Target,
            "--target-dir", At("targets"), "--target-base-url", $"{server.Address}{golden.Targets}", "download");

        Assert.Equal(accepts ? ExitCode.Done : ExitCode.Refused, end);
        Assert.Equal(golden.Requests, server.Requests);
        Assert.Equal(accepts ? 1 : 0, Directory.Exists(At("targets")) ? Directory.GetFiles(At("targets"), "*", SearchOption.AllDirectories).Length : 0);
    }

    [Fact]
    public async Task It_refreshes_from_a_folder_and_fetches_several_targets_of_any_name()
    {
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "@one", "1");
        draft.AddTarget("targets", "a/t wo", "2");
        draft.Publish("targets", "snapshot", "timestamp");
        foreach ((string name, byte[] content) in draft.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(At("stick"), name))!);
            await File.WriteAllBytesAsync(Path.Combine(At("stick"), name), content, TestContext.Current.CancellationToken);
        }

        string[] where = ["--metadata-dir", At("trusted"), "--metadata-url", At("stick")];
        Assert.Equal(ExitCode.Done, await RunAsync("--metadata-dir", At("trusted"), "init", Path.Combine(At("stick"), "1.root.json")));
        Assert.Equal(ExitCode.Done, await RunAsync([.. where, "refresh"]));
        string[] download = ["--target-base-url", At("stick"), "--target-dir", At("targets"), "download"];
        Assert.Equal(ExitCode.Done, await RunAsync([.. where, "--target-name", "@one", "--target-name", "a/t wo", .. download]));
        Assert.Equal(2, Directory.GetFiles(At("targets"), "*", SearchOption.AllDirectories).Length);
        Assert.Equal(ExitCode.Refused, await RunAsync([.. where, "--target-name", "none", .. download]));
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_of_a_target_loses_nothing_that_has_come()
    {
        string content = new('x', 300_000);
        RepositoryDraft draft = new();
        draft.AddTarget("targets", "model.onnx", content);
        draft.Publish("targets", "snapshot", "timestamp");
        List<string> ranges = [];
        await using LoopbackServer server = await LoopbackServer.StartAsync(async context =>
        {
            string name = context.Request.Path.Value![1..];
            if (!name.EndsWith("model.onnx", StringComparison.Ordinal) || ranges.Count > 0)
            {
                ranges.AddRange(context.Request.Headers.Range!);
                await LoopbackServer.AnswerAsync(context, draft.Files.GetValueOrDefault(name));
                return;
            }

            ranges.Add("whole");
            context.Response.ContentLength = content.Length;
            await context.Response.WriteAsync(content[..200_000], context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await File.WriteAllBytesAsync(At("root.json"), draft.Files["1.root.json"], TestContext.Current.CancellationToken);
        await RunAsync("--metadata-dir", At("trusted"), "init", At("root.json"));
        string[] download =
        [
            "--metadata-dir", At("trusted"), "--metadata-url", $"{server.Address}", "--target-base-url", $"{server.Address}",
            "--target-dir", At("targets"), "--target-name", "model.onnx", "download",
        ];

        using (ChildProcess first = Start(download))
        {
            FileInfo part = new(DurableFile.PartOf(Path.Combine(At("targets"), "model.onnx")));
            await first.UntilAsync("something of the target is there", () =>
            {
                part.Refresh();
                return part.Exists && part.Length > 0;
            });
            Assert.Equal((int)ExitCode.Interrupted, await first.EndAsync("INT"));
        }

        Assert.Equal(ExitCode.Done, await RunAsync(download));
        Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(At("targets"), "model.onnx"), TestContext.Current.CancellationToken));
        Assert.Equal(2, ranges.Count);
        Assert.StartsWith("bytes=", ranges[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_begun_is_said_in_one_line_without_a_stack()
    {
        await File.WriteAllTextAsync(At("no-root.json"), "<html>", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Refused, await RunAsync("--metadata-dir", At("trusted"), "init", At("no-root.json")));
        Assert.Equal(ExitCode.Refused, await RunAsync("--metadata-dir", At("trusted"), "init", At("missing")));
        Assert.Equal(ExitCode.Refused, await RunAsync("--metadata-dir", At("trusted"), "--metadata-url", "http://127.0.0.1:1/", "refresh"));
        Assert.Equal(ExitCode.Usage, await RunAsync("--metadata-dir", At("trusted"), "refresh"));
        Assert.Equal(ExitCode.Usage, await RunAsync("refresh"));
        Assert.False(File.Exists(Path.Combine(At("trusted"), "root.json")));
    }

    private static async Task<ExitCode> RunAsync(params string[] arguments)
    {
        using ChildProcess agent = Start(arguments);
        ExitCode end = (ExitCode)await agent.ExitCodeAsync();
        Assert.DoesNotContain("   at ", agent.Errors, StringComparison.Ordinal);
        return end;
    }

    /// <summary>A shell that runs tests in the background makes its children deaf to the interrupt; env mends that.</summary>
    private static ChildProcess Start(params string[] arguments) =>
        new("env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "leafseg-agent"), "tuf", .. arguments]);

    private string At(string name) => Path.Combine(folder.Path, name);
}
