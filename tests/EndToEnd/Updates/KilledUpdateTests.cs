using System.Collections.Concurrent;
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

    /// <summary>Much of each point is waiting: two cores do not mind more of them than they are.</summary>
    private const int AtOnce = 4;

    private static IReadOnlyList<string>? undisturbed;

    [Fact]
    public Task Wherever_it_is_killed_the_next_start_measures_and_ends_the_request() => TableAsync("killed once", sampled: 3, Fault.Kill);

    [Fact]
    public Task Also_when_it_is_killed_once_more_on_the_way_back() => TableAsync("killed twice", sampled: 1, Fault.Kill, Fault.Kill);

    [Fact]
    public Task Whatever_the_disk_refuses_or_tears_the_rig_measures_and_the_request_ends() => TableAsync("refused", sampled: 2, Fault.Fail);

    [Fact]
    public Task Whenever_the_disk_is_full_for_a_while_the_rig_measures_and_the_request_ends() => TableAsync("full", sampled: 1, Fault.Full);

    /// <param name="what">Name of the table.</param>
    /// <param name="sampled">So many points in an ordinary run.</param>
    /// <param name="faults">Of each start of the agent in turn, before the one that nothing disturbs.</param>
    private async Task TableAsync(string what, int sampled, params Fault[] faults)
    {
        IReadOnlyList<string> steps = await StepsAsync();
        int[] all = [.. Enumerable.Range(1, steps.Count).Where(point => faults[0] != Fault.Full || NeedsRoom(steps[point - 1]))];
        Random random = new(Seed);
        int[] points = Proof.IsFull ? all : [.. Enumerable.Range(0, sampled).Select(part => all[((part * all.Length) + random.Next(all.Length)) / sampled])];
        IEnumerable<int[]> rows = [.. points.Select(point => (int[])[point, .. faults.Skip(1).Select(_ => 1 + random.Next(steps.Count))])];
        ConcurrentBag<string> wrong = [];
        ConcurrentBag<ModelState> ends = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Proof.IsFull ? AtOnce : 1, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(rows, parallel, async (at, _) =>
        {
            try
            {
                ends.Add(await PointAsync(faults, at));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                wrong.Add($"{what} at {string.Join(" and ", at.Select(point => steps[point - 1]))}: {e}");
            }
        });

        Proof.Report($"{what}: {points.Length} of {steps.Count} steps, {string.Join(", ", ends.CountBy(end => end).Select(end => $"{end.Value} {end.Key}"))}, {wrong.Count} wrong");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
    }

    private static bool NeedsRoom(string step) => step.Split(' ')[1] is "create" or "write" or "mkdir" or "allocate";

    private async Task<ModelState> PointAsync(Fault[] faults, int[] at)
    {
        using UpdatingRig rig = await UpdatingRig.StartAsync(models);
        foreach ((Fault fault, int point) in faults.Zip(at))
        {
            await rig.RunAsync(fault, point);
        }

        return await rig.RecoverAsync();
    }

    /// <summary>All steps of an update that nothing disturbs, for all tests here.</summary>
    private async Task<IReadOnlyList<string>> StepsAsync()
    {
        if (undisturbed is not null)
        {
            return undisturbed;
        }

        using UpdatingRig rig = await UpdatingRig.StartAsync(models);
        IReadOnlyList<string> steps = await rig.RunAsync(Fault.None, at: 0);
        Assert.Equal(ModelState.Active, await rig.RecoverAsync());
        Assert.True(steps.Count > 100, string.Join('\n', steps));
        return undisturbed = steps;
    }
}
