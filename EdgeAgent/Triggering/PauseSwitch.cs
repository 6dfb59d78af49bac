namespace LeafSeg.EdgeAgent.Triggering;

/// <summary>While it is on, nothing that requests a picture is listened to, and nothing counts as missed.</summary>
internal sealed class PauseSwitch
{
    private volatile bool isOn;

    public bool IsOn
    {
        get => isOn;
        set => isOn = value;
    }
}
