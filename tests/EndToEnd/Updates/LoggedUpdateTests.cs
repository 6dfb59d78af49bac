using LeafSeg.Common.Messages;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>Who reads the rig's log sees what became of an update, and no warning where nothing is wrong.</summary>
public sealed class LoggedUpdateTests(PublishedModels models) : IClassFixture<PublishedModels>
{
    [Fact]
    public async Task An_update_says_from_what_to_what_why_and_how_long_it_took_and_the_restart_after_it_does_not_warn()
    {
        using UpdatingRig rig = await UpdatingRig.StartAsync(models);
        await rig.RunAsync(Fault.None, at: 0);
        Assert.Matches(@"Model tiny 0\.1\.0 is replaced by tiny 0\.2\.0 \(request one\), [\d.]+ minutes after it was requested: proven.*; on probation for 1 captures", rig.Log);
        Assert.Matches("Model tiny 0\\.2\\.0 has passed its probation", rig.Log);

        // The broker hands over the retained request once more.
        Assert.Equal(ModelState.Active, await rig.RecoverAsync());
        Assert.DoesNotContain("LeafSeg.EdgeAgent.Updates", rig.Log, StringComparison.Ordinal);
    }
}
