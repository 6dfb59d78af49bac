using System.Diagnostics;
using LeafSeg.Common.Imaging;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>A running program and the newest of its pictures.</summary>
internal sealed class StreamChild : IDisposable
{
    private readonly StreamProgram program;
    private readonly Process process;
    private readonly TimeProvider time;
    private readonly long idleNs;
    private readonly Lock gate = new();
    private TaskCompletionSource<RgbImage> next = New();
    private (int, int)? size;
    private string? lastError;
    private long askedNs;

    private StreamChild(StreamProgram program, Process process, TimeSpan idle, TimeProvider time)
    {
        (this.program, this.process, this.time) = (program, process, time);
        idleNs = (long)idle.TotalNanoseconds;
        askedNs = time.MonotonicNs();
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginErrorReadLine();
        new Thread(Read) { IsBackground = true, Name = "stream" }.Start();
    }

    /// <summary>False once it has ended, or was stopped because no pictures were requested.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>The stream has changed its size, and the program scales its pictures to the first one.</summary>
    public bool HasOtherSize { get; private set; }

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static StreamChild Start(StreamProgram program, TimeSpan idle, TimeProvider time) => new(
        program,
        Process.Start(new ProcessStartInfo(program.Program, program.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!,
        idle, time);

    /// <summary>The next picture that is complete from now on, after some that are not looked at.</summary>
    /// <exception cref="TimeoutException">None has come.</exception>
    /// <exception cref="CameraException">None will come.</exception>
    public async Task<RgbImage> NextAsync(int skip, TimeSpan deadline, CancellationToken cancellationToken)
    {
        long begin = time.MonotonicNs();
        Volatile.Write(ref askedNs, begin);
        while (true)
        {
            Task<RgbImage> coming;
            lock (gate)
            {
                coming = next.Task;
            }

            TimeSpan left = deadline - TimeSpan.FromMicroseconds((time.MonotonicNs() - begin) / 1000);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException();
            }

            RgbImage picture = await coming.WaitAsync(left, time, cancellationToken);
            if (HasOtherSize)
            {
                throw new CameraException($"{program.Name}: the stream has changed the size of its pictures; it is opened again");
            }

            if (skip-- <= 0)
            {
                return picture;
            }
        }
    }

    public void Dispose()
    {
        End();
        process.Dispose();
    }

    private static TaskCompletionSource<RgbImage> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Read()
    {
        string? problem = null;
        try
        {
            using FrameStream frames = new(process.StandardOutput.BaseStream);
            while (frames.Read() is { } picture)
            {
                TaskCompletionSource<RgbImage> came;
                lock (gate)
                {
                    (came, next) = (next, New());
                }

                came.SetResult(picture);
                if (time.MonotonicNs() - Volatile.Read(ref askedNs) > idleNs)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ImageFileException or ObjectDisposedException or InvalidOperationException)
        {
            problem = e.Message;
        }

        IsRunning = false;
        End();
        AwaitLastWords();
        lock (gate)
        {
            next.TrySetException(new CameraException($"{program.Name}: {lastError ?? problem ?? "the stream has ended"}"));
        }

        // There may be no reader waiting.
        _ = next.Task.Exception;
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (StreamProgram.SizeIn(line) is { } now)
        {
            HasOtherSize |= size is not null && size != now;
            size ??= now;
        }

        // ffmpeg marks the kind of each line; what GStreamer says are errors.
        int mark = line.IndexOf("[error]", StringComparison.Ordinal) is >= 0 and var error ? error + 7 : line.IndexOf("[fatal]", StringComparison.Ordinal) is >= 0 and var fatal ? fatal + 7 : -1;
        if (mark >= 0)
        {
            lastError = program.Hide(line[mark..].Trim());
        }
        else if (line.StartsWith("ERROR", StringComparison.Ordinal) || line.StartsWith("WARNING: erroneous", StringComparison.Ordinal))
        {
            lastError = program.Hide(line);
        }
    }

    /// <summary>What it says of its end may come after the end of its pictures.</summary>
    private void AwaitLastWords()
    {
        try
        {
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // No longer needed: it is disposed.
        }
    }

    private void End()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
