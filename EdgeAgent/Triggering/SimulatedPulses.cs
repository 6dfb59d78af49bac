using System.Device.Gpio;

namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>Plays the hardware at the other end of a simulated line: one pulse after another.</summary>
internal sealed class SimulatedPulses(GpioOptions options, SimulatedGpioDriver driver, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan PulseWidth = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        (PinValue active, PinValue idle) = options.BeginsHigh
            ? (PinValue.High, PinValue.Low)
            : (PinValue.Low, PinValue.High);
        driver.Drive(options.Line, idle);

        using PeriodicTimer timer = new(TimeSpan.FromSeconds(options.SimulatedEverySeconds), time);
        do
        {
            driver.Drive(options.Line, active);
            await Task.Delay(PulseWidth, time, stoppingToken);
            driver.Drive(options.Line, idle);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
