using Microsoft.Extensions.Logging.Console;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>The log of every command: single lines on the standard error. Results go to the standard output, and nothing else.</summary>
internal static class ConsoleLog
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.ColorBehavior = LoggerColorBehavior.Default;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
