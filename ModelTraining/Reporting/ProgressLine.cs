using System.Diagnostics;

namespace LeafSeg.ModelTraining.Reporting;

/// <summary>
/// Says on standard error how far long work is: a bar that is redrawn on a terminal, a plain line now and then otherwise.
/// An unknown total is null, and only the count so far is shown.
/// </summary>
internal sealed class ProgressLine(string unit, int? total, TextWriter writer, bool isTerminal, int start = 0)
{
    private const int BarWidth = 30;

    private readonly TimeSpan interval = isTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private TimeSpan nextReport;
    private int done;

    /// <summary>To standard error, as a terminal if it is one.</summary>
    public static ProgressLine OnStandardError(string unit, int? total, int start = 0) =>
        new(unit, total, Console.Error, !Console.IsErrorRedirected, start);

    /// <summary>Counts one more; any thread may call.</summary>
    /// <param name="note">What else to say on the line.</param>
    /// <param name="left">How long it will still take; null: what is left at the rate so far.</param>
    public void Advance(string note = "", TimeSpan? left = null)
    {
        lock (gate)
        {
            done++;
            if (clock.Elapsed >= nextReport || start + done == total)
            {
                nextReport = clock.Elapsed + interval;
                Report(note, left);
            }
        }
    }

    /// <summary>Takes the redrawn line away, so that something can be printed in its place; the next step draws it again below.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (isTerminal && done > 0)
            {
                writer.Write("\r\e[K");
                writer.Flush();
            }
        }
    }

    /// <summary>Ends the redrawn line, so that what is printed next starts on its own.</summary>
    public void End()
    {
        if (isTerminal && done > 0)
        {
            writer.WriteLine();
        }
    }

    private void Report(string note, TimeSpan? left)
    {
        double seconds = Math.Max(clock.Elapsed.TotalSeconds, 1e-3);
        double rate = done / seconds;
        string said = note.Length > 0 ? ", " + note : "";
        string text = total is { } all
            ? $"{start + done}/{all} {unit}, {rate:0.0}/s, {Left(left ?? TimeSpan.FromSeconds((all - start - done) / rate))} left{said}"
            : $"{start + done} {unit}, {rate:0.0}/s{said}";
        if (isTerminal)
        {
            writer.Write($"\r{Bar()}{text}\e[K");
        }
        else
        {
            writer.WriteLine(text);
        }
    }

    private static string Left(TimeSpan left) => $"{(int)left.TotalHours}:{left:mm\\:ss}";

    private string Bar()
    {
        if (total is not { } all)
        {
            return "";
        }

        int filled = (int)((long)BarWidth * (start + done) / all);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] ";
    }
}
