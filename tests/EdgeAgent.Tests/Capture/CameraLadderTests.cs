using LeafSeg.EdgeAgent.Capture;
using Microsoft.Extensions.Time.Testing;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class CameraLadderTests
{
    private readonly FakeTimeProvider time = new();
    private readonly CameraException torn = new("torn") { CanReadAgain = true };
    private readonly CameraException hangs = new("hangs");

    [Fact]
    public void A_bad_picture_is_read_again_and_then_the_camera_is_opened_anew()
    {
        CameraLadder ladder = Ladder(new CameraOptions { ReadAgain = 2 });
        Assert.Equal(
            [CameraMeasure.ReadAgain, CameraMeasure.ReadAgain, CameraMeasure.Reopen, CameraMeasure.ReadAgain],
            Enumerable.Range(0, 4).Select(_ => ladder.Failed(torn)));
    }

    [Fact]
    public void A_camera_that_hangs_is_opened_anew_at_once() => Assert.Equal(CameraMeasure.Reopen, Ladder(new CameraOptions()).Failed(hangs));

    [Fact]
    public void After_too_long_without_a_picture_the_process_ends_and_a_picture_starts_the_clock_anew()
    {
        CameraLadder ladder = Ladder(new CameraOptions { ExitAfterSeconds = 60 });
        ladder.Failed(hangs);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(CameraMeasure.Reopen, ladder.Failed(hangs));
        ladder.Taken(repeats: 0);
        Assert.Equal(CameraMeasure.Reopen, ladder.Failed(hangs));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(CameraMeasure.Exit, ladder.Failed(hangs));
    }

    [Fact]
    public void What_only_a_new_process_can_mend_ends_this_one_at_once_unless_it_never_may()
    {
        CameraException stuck = new("three reads hang") { NeedsNewProcess = true };
        Assert.Equal(CameraMeasure.Exit, Ladder(new CameraOptions()).Failed(stuck));
        Assert.Equal(CameraMeasure.Reopen, Ladder(new CameraOptions { ExitAfterSeconds = null }).Failed(stuck));
    }

    [Fact]
    public void A_frozen_camera_is_opened_anew_as_often_as_set_and_then_the_process_ends()
    {
        CameraLadder ladder = Ladder(new CameraOptions { FrozenAfter = 2, FrozenReopens = 1 });
        Assert.Equal(
            [CameraMeasure.None, CameraMeasure.Reopen, CameraMeasure.None, CameraMeasure.Exit],
            Enumerable.Range(0, 4).Select(ladder.Taken));
        Assert.Equal(CameraMeasure.None, ladder.Taken(repeats: 0));
        Assert.Equal(CameraMeasure.Reopen, ladder.Taken(repeats: 1));
    }

    private CameraLadder Ladder(CameraOptions options) => new(options, time);
}
