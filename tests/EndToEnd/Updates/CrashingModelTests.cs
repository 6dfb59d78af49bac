using LeafSeg.Common.Messages;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>A model that proves well and then takes the whole process with it, inside ONNX Runtime (on x86).</summary>
public sealed class CrashingModelTests(PublishedModels models) : IClassFixture<PublishedModels>
{
    private const int ArithmeticSignal = 128 + 8;

    [Fact]
    public async Task On_trial_it_is_refused_after_its_second_crash() => await CrashAsync(trialCaptures: 1, ModelState.Refused, [ArithmeticSignal, ArithmeticSignal]);

    [Fact]
    public async Task On_probation_the_rig_goes_back_after_its_first() => await CrashAsync(trialCaptures: 0, ModelState.RolledBack, [ArithmeticSignal]);

    private async Task CrashAsync(int trialCaptures, ModelState end, int[] deaths)
    {
        using UpdatingRig rig = await UpdatingRig.StartAsync(models, PublishedModels.CrashingVersion, trialCaptures);
        Assert.True(deaths.SequenceEqual(await rig.SuperviseAsync()), rig.Reason);
        Assert.Equal(end, await rig.RecoverAsync());
    }
}
