using System.Globalization;
using LeafSeg.Common.Messages;

namespace LeafSeg.EndToEnd.Updates;

/// <summary>
/// A table of kills: the real agent follows a request, and at every step that it takes with a file of its updates or with
/// the server of its models the kernel kills it, or the step is refused. Each change of the request's state is such a step.
/// Ordinarily some of them are sampled, all with PROOF_LEVEL=full.
/// </summary>
public sealed class KilledUpdateTests(PublishedModels models) : IClassFixture<PublishedModels>
{
    private const int Seed = 20261124;

    [Fact]
    public Task Wherever_it_is_killed_the_next_start_measures_and_ends_the_request() => TableAsync("killed once", sampled: 4, Fault.Kill);

    [Fact]
    public Task Also_when_it_is_killed_once_more_on_the_way_back() => TableAsync("killed twice", sampled: 2, Fault.Kill, Fault.Kill);

    [Fact]
    public Task Whatever_the_disk_refuses_or_tears_the_rig_measures_and_the_request_ends() => TableAsync("refused", sampled: 3, Fault.Fail);

    [Fact]
    public Task Whenever_the_disk_is_full_for_a_while_the_rig_measures_and_the_request_ends() => TableAsync("full", sampled: 2, Fault.Full);

    private async Task TableAsync(string what, int sampled, params Fault[] faults)
    {
        IReadOnlyList<string> steps = await StepsAsync();
        Assert.True(steps.Count > 100, string.Join('\n', steps));
        Random random = new(Seed);
        int[] points = Proof.IsFull
            ? [.. Enumerable.Range(1, steps.Count)]
            : [.. Enumerable.Range(0, sampled).Select(part => 1 + ((part * steps.Count) + random.Next(steps.Count)) / sampled)];
        List<string> wrong = [];
        SortedDictionary<ModelState, int> ends = [];
        foreach (int point in points)
        {
            int[] at = [point, .. faults.Skip(1).Select(_ => 1 + random.Next(steps.Count))];
            try
            {
                ModelState end = await PointAsync(faults, at);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{what} at {string.Join(" and ", at)} ({steps[point - 1]}): {e.Message}"));
            }
        }

        Proof.Tell($"{what}: {points.Length} of {steps.Count} points, {string.Join(", ", ends.Select(end => $"{end.Value} {end.Key}"))}, {wrong.Count} wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private async Task<ModelState> PointAsync(Fault[] faults, int[] at)
    {
        using UpdatingRig rig = await UpdatingRig.StartAsync(models);
        foreach ((Fault fault, int point) in faults.Zip(at))
            await rig.RunAsync(fault, point);
        return await rig.RecoverAsync();
    }

    /// <summary>All steps of an update that nothing disturbs.</summary>
    private async Task<IReadOnlyList<string>> StepsAsync()
    {
        using UpdatingRig rig = await UpdatingRig.StartAsync(models);
        IReadOnlyList<string> steps = await rig.RunAsync(Fault.None, at: 0);
        Assert.Equal(ModelState.Active, await rig.RecoverAsync());
        return steps;
    }
}
