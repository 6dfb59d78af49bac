using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>
/// Alarms that each camera or GPIO setting of a rig may raise: one lasts as long as any of them does, and its detail names
/// the cameras or settings.
/// </summary>
internal sealed class CameraAlarms(AlarmBoard board)
{
    private readonly SortedDictionary<(string Code, string Camera), (AlarmSeverity Severity, string Detail)> lasting = [];
    private readonly Lock gate = new();

    public void Raise(string code, string camera, AlarmSeverity severity, string detail)
    {
        lock (gate)
        {
            lasting[(code, camera)] = (severity, detail);
            Update(code);
        }
    }

    public void Clear(string code, string camera)
    {
        lock (gate)
        {
            if (lasting.Remove((code, camera)))
            {
                Update(code);
            }
        }
    }

    private void Update(string code)
    {
        (string Camera, AlarmSeverity Severity, string Detail)[] all =
            [.. lasting.Where(entry => entry.Key.Code == code).Select(entry => (entry.Key.Camera, entry.Value.Severity, entry.Value.Detail))];
        if (all.Length == 0)
        {
            board.Clear(code);
        }
        else
        {
            board.Raise(code, all.Max(a => a.Severity), string.Join("; ", all.Select(a => $"{a.Camera}: {a.Detail}")));
        }
    }
}
