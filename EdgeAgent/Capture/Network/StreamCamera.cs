using System.ComponentModel;
using System.Globalization;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>
/// A camera whose pictures another program reads. The program runs while pictures are requested, and for a while after; one
/// that hangs is killed, so that nothing of it stays behind.
/// </summary>
internal sealed partial class StreamCamera(StreamProgram program, TimeProvider time, ILogger<StreamCamera> log) : IFrameSource
{
    /// <summary>So long after the last picture that was requested the program continues reading.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private StreamChild? child;

    public bool IsLive => true;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Close();
        CameraPicture first = await NextAsync(skip: 0, cancellationToken);
        LogOpened(program.Name, first.Image.Width, first.Image.Height);
    }

    public async Task<CameraPicture?> TakeAsync(CancellationToken cancellationToken)
    {
        // A frame that is complete just after the trigger was exposed before it; of a stream that is begun now each is new.
        bool runs = child is { IsRunning: true, HasOtherSize: false };
        if (!runs)
        {
            Close();
        }

        return await NextAsync(skip: runs ? 1 : 0, cancellationToken);
    }

    public void Dispose() => Close();

    private async Task<CameraPicture> NextAsync(int skip, CancellationToken cancellationToken)
    {
        try
        {
            child ??= StreamChild.Start(program, Idle, time);
            return new CameraPicture
            {
                Image = await child.NextAsync(skip, TimeSpan.FromSeconds(program.DeadlineSeconds), cancellationToken),
                Source = program.Name,
                ExposureUs = null,
            };
        }
        catch (TimeoutException)
        {
            Close();
            throw new CameraException(string.Create(CultureInfo.InvariantCulture,
                $"{program.Name}: not a picture within {program.DeadlineSeconds:0.#} s ({program.Setting})"));
        }
        catch (Win32Exception e)
        {
            throw new CameraException($"{program.Name}: {program.Program}, which reads it, does not start ({e.Message}); install it (apt-get install {program.Package})", e);
        }
        catch (CameraException)
        {
            Close();
            throw;
        }
    }

    private void Close()
    {
        child?.Dispose();
        child = null;
    }
}
