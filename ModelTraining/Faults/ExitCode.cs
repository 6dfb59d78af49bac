namespace LeafSeg.ModelTraining.Faults;

/// <summary>What leafseg-train returns, by cause.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A bug: the stack trace on standard error says where.</summary>
    public const int Failed = 1;

    /// <summary>An argument or setting that cannot be used.</summary>
    public const int BadArgument = 2;

    /// <summary>A file or folder is missing, in the way, or cannot be written.</summary>
    public const int BadFile = 3;

    /// <summary>The disk is full.</summary>
    public const int DiskFull = 4;

    /// <summary>An exported file does not answer as the network it was written from.</summary>
    public const int Differs = 5;

    /// <summary>A release is staged and waits for signatures.</summary>
    public const int Unsigned = 6;

    /// <summary>Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
