using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LeafSeg.Common.Storage;
using LeafSeg.Common.Tests;
using LeafSeg.EdgeAgent.Overlays;

namespace LeafSeg.EndToEnd;

/// <summary>
/// Failures 11 and 12 of the field, for the files that are not SQLite's: strace makes the kernel refuse each operation on
/// them in turn, once or from then on. It takes hold of one thread and of these files only.
/// </summary>
public sealed class FileFaultTests : IDisposable
{
    private static readonly string[] Operations =
        ["openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2", "unlink", "unlinkat"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("EIO", "")]
    [InlineData("ENOSPC", "")]
    [InlineData("EIO", "+")]
    public async Task Whichever_operation_fails_a_durable_file_is_the_old_or_the_new_one_and_the_next_is_written(string error, string onwards)
    {
        string file = Path.Combine(folder.Path, "root.json");
        string part = DurableFile.PartOf(file);
        byte[] before = Encoding.ASCII.GetBytes(new string('a', 9000));
        byte[] after = Encoding.ASCII.GetBytes(new string('b', 9000));
        bool isWritten = false;
        void Act()
        {
            isWritten = false;
            try
            {
                // In two writes: the second leaves half a file when it fails.
                DurableFile.Write(file, stream =>
                {
                    stream.Write(after.AsSpan(0, 5000));
                    stream.Flush();
                    stream.Write(after.AsSpan(5000));
                });
                isWritten = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Assert.NotEqual("", e.Message);
            }
        }

        (string Operation, int At)[] all = await OperationsAsync([file, part, folder.Path], Act);
        Assert.True(isWritten);
        Assert.True(all.Length > 6, $"only {all.Length} operations were reached");
        foreach ((string operation, int at) in all)
        {
            DurableFile.Write(file, before);
            await BefallAsync([file, part, folder.Path], operation, error, $"{at}{onwards}", Act);
            byte[] found = File.ReadAllBytes(file);
            Assert.True(
                found.AsSpan().SequenceEqual(after) || (!isWritten && found.AsSpan().SequenceEqual(before)),
                $"{error} at {operation} {at}{onwards}");
            DurableFile.Write(file, after);
            Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Theory]
    [InlineData("EIO", "")]
    [InlineData("ENOSPC", "")]
    [InlineData("EIO", "+")]
    public async Task Whichever_operation_fails_the_ring_of_overlays_holds_whole_ones_only_and_goes_on(string error, string onwards)
    {
        Guid[] captures = [.. Enumerable.Range(1, 6).Select(i => new Guid(i, 0, 0, new byte[8]))];
        string[] files = [.. captures.Select((id, i) => Path.Combine(folder.Path, string.Create(CultureInfo.InvariantCulture, $"{i + 1:D12}-{id}.jpg")))];
        string[] all = [.. files, .. files.Select(f => $"{f}.part")];
        OverlayRing ring = new(folder.Path, keep: 2);
        int refused = 0;
        void Act()
        {
            for (int i = 0; i < 4; i++)
            {
                try
                {
                    ring.Write(i + 1, captures[i], Overlay(i));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    refused++;
                }
            }
        }

        (string Operation, int At)[] operations = await OperationsAsync(all, Act);
        Assert.Equal(0, refused);
        Assert.True(operations.Length > 10, $"only {operations.Length} operations were reached");
        ring.TrimTo(0);
        foreach ((string operation, int at) in operations)
        {
            ring = new OverlayRing(folder.Path, keep: 2);
            await BefallAsync(all, operation, error, $"{at}{onwards}", Act);
            AssertWhole(ring, files, $"{error} at {operation} {at}{onwards}");

            // The disk is well again, with and without a restart.
            ring.Write(5, captures[4], Overlay(4));
            OverlayRing restarted = new(folder.Path, keep: 2);
            AssertWhole(restarted, files, "after a restart");
            restarted.Write(6, captures[5], Overlay(5));
            Assert.Equal(files[4..], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
            restarted.TrimTo(0);
        }

        Assert.True(refused > 0);
    }

    private static byte[] Overlay(int number) => [.. Enumerable.Repeat((byte)(number + 1), 5000)];

    private void AssertWhole(OverlayRing ring, string[] files, string when)
    {
        string[] found = Directory.GetFiles(folder.Path, "*.jpg");
        Assert.All(found, f => Assert.True(File.ReadAllBytes(f).AsSpan().SequenceEqual(Overlay(Array.IndexOf(files, f))), $"{when}: {f} is not whole"));
        Assert.Equal(found.Sum(f => new FileInfo(f).Length), ring.Bytes);
    }

    /// <summary>Each operation that something does on some files: the name of the call, and the how manieth of that name.</summary>
    private static async Task<(string Operation, int At)[]> OperationsAsync(string[] files, Action act)
    {
        string[] calls = (await TraceAsync(files, [], act)).Split('\n');
        return [.. Operations.SelectMany(operation => Enumerable
            .Range(1, calls.Count(call => call.StartsWith($"{operation}(", StringComparison.Ordinal)))
            .Select(at => (operation, at)))];
    }

    /// <summary>Does something on a thread, one operation of which on some files fails.</summary>
    private static async Task BefallAsync(string[] files, string operation, string error, string when, Action act) => Assert.Contains(
        "(INJECTED)",
        await TraceAsync(files, ["-e", $"inject={operation}:error={error}:when={when}"], act),
        StringComparison.Ordinal);

    /// <summary>Does something on a thread of its own that strace holds.</summary>
    /// <returns>What it did on those files.</returns>
    private static async Task<string> TraceAsync(string[] files, string[] inject, Action act)
    {
        using TemporaryFolder own = new();
        string trace = Path.Combine(own.Path, "strace.txt");
        TaskCompletionSource<int> thread = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource go = new();
        Task acting = Task.Factory.StartNew(
            () =>
            {
                thread.SetResult(GetThreadId());
#pragma warning disable xUnit1031, RS0030 // A thread of its own, which must not be changed: strace holds this one.
                go.Task.Wait();
#pragma warning restore xUnit1031, RS0030
                act();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // Where a process may trace only its children, this one has to allow it.
        const int SetTracer = 0x59616d61;
        _ = ProcessControl(SetTracer, -1, 0, 0, 0);
        using ChildProcess strace = new("strace", [
            "-p", $"{await thread.Task}", "-o", trace, .. files.SelectMany(f => new[] { "-P", f }),
            "-e", $"trace={string.Join(',', Operations)}", .. inject]);
        try
        {
            await strace.UntilAsync("strace holds the thread", () => strace.HasExited || strace.Errors.Contains("attached", StringComparison.Ordinal));
            Assert.False(strace.HasExited, strace.Errors);
        }
        finally
        {
            go.SetResult();
            await acting;
        }

        // It ends with the thread that it holds.
        await strace.ExitCodeAsync();
        return await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken);
    }

    [DllImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetThreadId();

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int option, nint argument, nint third, nint fourth, nint fifth);
}
