namespace LeafSeg.EdgeAgent.Faults;

/// <summary>Why the program ended; shown in the help text, so that scripts can rely on it.</summary>
internal enum ExitCode
{
    /// <summary>All that was requested is done, or a service was stopped.</summary>
    Done = 0,

    /// <summary>An update or a backup is refused, or failed; what was there before still is.</summary>
    Refused = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>A setting is wrong.</summary>
    Setting = 3,

    /// <summary>The model file is missing, broken, or breaks the contract.</summary>
    Model = 4,

    /// <summary>There are no pictures, or too few.</summary>
    Frames = 5,

    /// <summary>Stopped before every result was acknowledged; they are kept and sent at the next start.</summary>
    Unacknowledged = 6,

    /// <summary>Something on this machine is in the way: a port in use, a folder that cannot be written, a GPIO chip that does not open.</summary>
    Machine = 7,

    /// <summary>The camera hangs, is away or is frozen, and only a new process may help; for the supervisor.</summary>
    Camera = 8,

    /// <summary>The doctor has found something ill.</summary>
    Ill = 9,

    /// <summary>A bug in the program.</summary>
    Bug = 70,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
