using LeafSeg.Common.Imaging;
using LeafSeg.Common.Models;
using LeafSeg.Common.Tuf;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Releasing;
using LeafSeg.ModelTraining.Weights;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>Turns what a person can cause into one line on standard error and an exit code.</summary>
internal static class FileFault
{
    private const int DiskFullError = unchecked((int)0x80070070);
    private const int LinuxNoSpace = 28;

    public static bool IsDiskFull(IOException e) => e.HResult is DiskFullError or LinuxNoSpace;

    public static int Report(Func<int> run) => ReportAsync(() => Task.FromResult(run())).GetAwaiter().GetResult();

    public static async Task<int> ReportAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (SettingsException e)
        {
            return Say(e.Message, ExitCode.BadArgument);
        }
        catch (ReleaseException e)
        {
            return Say(e.Message, e.ExitCode);
        }
        catch (TrainingException e)
        {
            return Say(e.Message, ExitCode.Failed);
        }
        catch (OperationCanceledException)
        {
            return Say("Interrupted.", ExitCode.Interrupted);
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            return Say($"The disk is full ({e.Message}). Free some space and start again.", ExitCode.DiskFull);
        }
        catch (Exception e) when (e is ImageFileException or DatasetException or WeightsFileException or ModelFileException or TufException
            or IOException or UnauthorizedAccessException)
        {
            return Say(e.Message, ExitCode.BadFile);
        }
    }

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
