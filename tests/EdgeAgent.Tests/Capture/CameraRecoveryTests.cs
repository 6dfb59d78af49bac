using LeafSeg.EdgeAgent.Capture;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class CameraRecoveryTests
{
    private readonly FakeTimeProvider time = new();
    private readonly CameraException torn = new("torn") { CanReadAgain = true };
    private readonly CameraException hangs = new("hangs");

    [Fact]
    public void A_bad_picture_is_read_again_and_then_the_camera_is_opened_anew()
    {
        CameraRecovery recovery = Recovery(new CameraOptions { ReadAgain = 2 });
        Assert.Equal(
            [CameraRecoveryStep.ReadAgain, CameraRecoveryStep.ReadAgain, CameraRecoveryStep.Reopen, CameraRecoveryStep.ReadAgain],
            Enumerable.Range(0, 4).Select(_ => recovery.Failed(torn)));
    }

    [Fact]
    public void A_camera_that_hangs_is_opened_anew_at_once() => Assert.Equal(CameraRecoveryStep.Reopen, Recovery(new CameraOptions()).Failed(hangs));

    [Fact]
    public void After_too_long_without_a_picture_the_process_ends_and_a_picture_starts_the_clock_anew()
    {
        CameraRecovery recovery = Recovery(new CameraOptions { ExitAfterSeconds = 60 });
        recovery.Failed(hangs);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(CameraRecoveryStep.Reopen, recovery.Failed(hangs));
        recovery.Taken(repeats: 0);
        Assert.Equal(CameraRecoveryStep.Reopen, recovery.Failed(hangs));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(CameraRecoveryStep.Exit, recovery.Failed(hangs));
    }

    [Fact]
    public void What_only_a_new_process_can_mend_ends_this_one_at_once_unless_it_never_may()
    {
        CameraException stuck = new("three reads hang") { NeedsNewProcess = true };
        Assert.Equal(CameraRecoveryStep.Exit, Recovery(new CameraOptions()).Failed(stuck));
        Assert.Equal(CameraRecoveryStep.Reopen, Recovery(new CameraOptions { ExitAfterSeconds = null }).Failed(stuck));
    }

    [Fact]
    public void A_frozen_camera_is_opened_anew_as_often_as_set_and_then_the_process_ends()
    {
        CameraRecovery recovery = Recovery(new CameraOptions { FrozenAfter = 2, FrozenReopens = 1 });
        Assert.Equal(
            [CameraRecoveryStep.None, CameraRecoveryStep.Reopen, CameraRecoveryStep.None, CameraRecoveryStep.Exit],
            Enumerable.Range(0, 4).Select(recovery.Taken));
        Assert.Equal(CameraRecoveryStep.None, recovery.Taken(repeats: 0));
        Assert.Equal(CameraRecoveryStep.Reopen, recovery.Taken(repeats: 1));
    }

    private CameraRecovery Recovery(CameraOptions options) => new(options, time);
}
