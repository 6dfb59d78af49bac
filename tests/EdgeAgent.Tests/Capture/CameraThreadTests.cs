using LeafSeg.EdgeAgent.Capture;

namespace LeafSeg.EdgeAgent.Tests.Capture;

public sealed class CameraThreadTests
{
    [Fact]
    public async Task A_call_that_hangs_is_reported_with_the_value_of_the_setting_and_not_with_the_margin_beyond_it()
    {
        using ManualResetEventSlim goOn = new();
        using CameraThread thread = new("top", TimeSpan.FromSeconds(0.2), "camera.deadlineSeconds", TimeSpan.FromSeconds(0.1));
        thread.Start(() => { });
        CameraException hangs = await Assert.ThrowsAsync<CameraException>(() => thread.RunAsync(
            () =>
            {
                goOn.Wait(TestContext.Current.CancellationToken);
                return 0;
            },
            "opened", TestContext.Current.CancellationToken));
        Assert.Equal("top: not opened within 0.2 s (camera.deadlineSeconds)", hangs.Message);
        Assert.False(thread.IsUsable);
        goOn.Set();
    }
}
