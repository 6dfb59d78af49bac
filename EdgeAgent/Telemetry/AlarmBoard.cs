using LeafSeg.Common.Messages;

namespace LeafSeg.EdgeAgent.Telemetry;

/// <summary>What is wrong at the moment.</summary>
internal sealed partial class AlarmBoard(TimeProvider time, ILogger<AlarmBoard> log)
{
    private readonly SortedDictionary<string, Alarm> lasting = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>An alarm came or went; raised on the thread that reported it.</summary>
    public event Action? Changed;

    public IReadOnlyDictionary<string, Alarm> Lasting
    {
        get
        {
            lock (gate)
            {
                return new SortedDictionary<string, Alarm>(lasting, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Reports that something is wrong; again and again is fine, the first time counts.</summary>
    public void Raise(string code, AlarmSeverity severity, string detail)
    {
        lock (gate)
        {
            if (lasting.TryGetValue(code, out Alarm? alarm) && alarm.Detail == detail)
            {
                return;
            }

            lasting[code] = new Alarm { Since = alarm?.Since ?? time.GetUtcNow(), Severity = severity, Detail = detail };
        }

        LogRaised(code, detail);
        Changed?.Invoke();
    }

    /// <summary>Reports that it is right again.</summary>
    public void Clear(string code)
    {
        lock (gate)
        {
            if (!lasting.Remove(code))
            {
                return;
            }
        }

        LogCleared(code);
        Changed?.Invoke();
    }
}
