using LeafSeg.EdgeAgent.Capture;
using Microsoft.Extensions.Hosting.Systemd;

namespace LeafSeg.EdgeAgent.Hosting;

/// <summary>Notifies systemd that the agent is ready once it can capture: the library would say so as soon as the host has started.</summary>
internal sealed class ReadyWhenCapturing(CaptureReadiness readiness) : ISystemdNotifier
{
    private static readonly string Ready = ServiceState.Ready.ToString();
    private readonly SystemdNotifier systemd = new();

    public bool IsEnabled => systemd.IsEnabled;

    public void Notify(ServiceState state)
    {
        if (state.ToString() == Ready)
        {
            _ = readiness.AllOpened.ContinueWith(_ => systemd.Notify(state), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            systemd.Notify(state);
        }
    }
}
