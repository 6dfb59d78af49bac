using System.Diagnostics;
using System.Globalization;

namespace LeafSeg.Benchmarks;

/// <summary>A process of this program that looks at a tray whenever it is asked to.</summary>
internal sealed class TraySide : IDisposable
{
    private readonly Process process;
    private readonly Measured times;
    private int leaves;

    public TraySide(string model, string atOnce, string picture)
    {
        times = new Measured(Path.GetFileName(model), warmUp: 2);
        process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["tray-side", model, atOnce, picture])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Answer();
    }

    public double Median => times.Median;

    /// <summary>Highest resident memory so far.</summary>
    public double PeakMb { get; private set; }

    public void Look()
    {
        process.StandardInput.WriteLine("look");
        double[] answer = [.. Answer().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        times.Add(answer[0]);
        leaves = (int)answer[1];
        PeakMb = answer[2];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{times}   {leaves} leaves, {PeakMb:F0} MB");

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Answer() => process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{times.Name}: the process has ended");
}
