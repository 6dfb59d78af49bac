namespace LeafSeg.EdgeAgent.Capture;

/// <summary>What is done about a camera, from the mildest to the last.</summary>
internal enum CameraRecoveryStep
{
    None,
    ReadAgain,
    Reopen,

    /// <summary>Ends the process, so that the supervisor starts a new one with a driver that nothing hangs in.</summary>
    Exit,
}
