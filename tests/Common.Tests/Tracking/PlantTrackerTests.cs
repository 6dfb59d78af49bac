using CsCheck;
using LeafSeg.Common.Imaging;
using LeafSeg.Common.Tracking;

namespace LeafSeg.Common.Tests.Tracking;

public sealed class PlantTrackerTests
{
    private static readonly GrowingRosette Rosette = new();

    [Fact]
    public void EveryLeafKeepsItsIdentityWhileThePlantGrows()
    {
        Run run = new();
        for (double day = 0; day < 12; day += .5)
        {
            run.Observe(Rosette.At(day));
        }

        run.AssertOneIdentityForEachLeaf();
        Assert.Equal(15, run.Last.Count.Count);
        Assert.Equal(11, run.Events.Count(e => e.Kind == TrackEventKind.LeafBorn));
        Assert.DoesNotContain(run.Events, e => e.Kind != TrackEventKind.LeafBorn);
        Assert.InRange(run.Last.RelativeGrowthRatePerDay!.Value, .05, 1);
    }

    [Fact]
    public void AnotherOrderOfTheLeavesGivesTheSameTracks() => Gen.Int.Sample(
        seed =>
        {
            Random random = new(seed);
            Run asTheyCome = new(), shuffled = new();
            for (double day = 0; day < 6; day += 1)
            {
                ushort[] label = [0, .. Enumerable.Range(1, 30).Select(i => (ushort)i)];
                random.Shuffle(label.AsSpan(1));
                asTheyCome.Observe(Rosette.At(day));
                shuffled.Observe(Rosette.At(day, map => new LabelMap(map.Width, map.Height, [.. map.Labels.Select(l => label[l])])), leafOf: label);
            }

            Assert.Equal(asTheyCome.IdentityOfLeaf.OrderBy(p => p.Key), shuffled.IdentityOfLeaf.OrderBy(p => p.Key));
        },
        iter: 10, threads: 1);

    [Fact]
    public void BackwardsInTimeTheSameLeavesBelongTogether()
    {
        Run run = new();
        for (int i = 0; i <= 16; i++)
        {
            double day = 8 - (i / 2.0);
            run.Observe(GrowingRosette.Sighting(GrowingRosette.Begin.AddDays(i / 2.0), Rosette.Draw(day)));
        }

        run.AssertOneIdentityForEachLeaf();
    }

    [Fact]
    public void APictureTwiceChangesNothing()
    {
        PlantTracker once = new(), twice = new();
        for (double day = 0; day < 6; day += .5)
        {
            TrackedPlant first = once.Observe(Rosette.At(day));
            twice.Observe(Rosette.At(day));
            TrackedPlant second = twice.Observe(Rosette.At(day));

            Assert.Equal(first.Leaves, second.Leaves);
            Assert.Equal(first.Count, second.Count);
            Assert.Empty(second.Events);
        }

        Assert.Equal(TrackerFile.Write(once), TrackerFile.Write(twice));
    }

    [Theory]
    [InlineData(.6, 0, 0, 1)]
    [InlineData(-1.2, 25, -15, 1)]
    [InlineData(2.5, -20, 10, 1)]
    [InlineData(0, 40, 30, 1)]
    [InlineData(.3, 0, 0, 1.3)]
    public void APotMayBeTurnedAndMovedAndTheCameraToo(double turn, double x, double y, double scale)
    {
        Run run = new();
        for (double day = 0; day < 10; day += .5)
        {
            run.Observe((day < 5 ? Rosette : Rosette with { Turn = turn, Shift = (x, y), Scale = scale }).At(day));
        }

        run.AssertOneIdentityForEachLeaf();
        Assert.Equal(1, run.Last.Series);
    }

    [Fact]
    public void PicturesMayBeMissingForDays()
    {
        Run run = new();
        foreach (double day in (double[])[0, .5, 1, 1.5, 2, 5, 5.5, 6, 9.5, 10, 10.5])
        {
            run.Observe(Rosette.At(day));
        }

        run.AssertOneIdentityForEachLeaf();
    }

    [Fact]
    public void ABadPictureBetweenGoodOnesChangesNothing()
    {
        Run run = new();
        for (double day = 0; day < 8; day += .5)
        {
            run.Observe(Rosette.At(day));
            if (day is 3 or 5)
            {
                TrackedPlant bad = run.Tracker.Observe(GrowingRosette.Sighting(
                    GrowingRosette.Begin.AddDays(day + .2), day is 3 ? new LabelMap(300, 300) : Blotches()));
                Assert.Equal(run.Last.Count.Count, bad.Count.Count);
                Assert.All(bad.Leaves, leaf => Assert.Null(leaf.Id));
                Assert.Empty(bad.Events);
            }
        }

        run.AssertOneIdentityForEachLeaf();
        Assert.Equal(1, run.Last.Series);
    }

    [Fact]
    public void ALeafThatIsCutOffIsLostAndTheOthersStay()
    {
        Run run = new();
        for (double day = 0; day < 9; day += .5)
        {
            run.Observe((day < 4 ? Rosette : Rosette with { Cut = [3] }).At(day));
        }

        run.AssertOneIdentityForEachLeaf();
        TrackEvent lost = Assert.Single(run.Events, e => e.Kind == TrackEventKind.LeafLost);
        Assert.Equal(run.IdentityOfLeaf[3], lost.LeafId);
        Assert.Equal(GrowingRosette.Begin.AddDays(3.5), lost.Time);
        Assert.Equal(Rosette.LeavesAt(8.5) - 1, run.Last.Count.Count);
    }

    [Fact]
    public void ALeafThatWasHiddenForAWhileReturnsUnderItsIdentity()
    {
        Run run = new();
        for (double day = 0; day < 9; day += .5)
        {
            run.Observe((day is < 3 or > 6 ? Rosette : Rosette with { Cut = [2] }).At(day));
        }

        run.AssertOneIdentityForEachLeaf();
    }

    [Fact]
    public void APlantThatIsReplacedBeginsANewSeries()
    {
        Run run = new();
        for (double day = 0; day < 9; day += .5)
        {
            run.Observe(Rosette.At(day));
        }

        int old = run.IdentityOfLeaf.Count;
        GrowingRosette seedling = new() { FirstAngle = 1, DaysPerLeaf = 2 };
        TrackedPlant[] next = [.. Enumerable.Range(0, 5).Select(i => run.Tracker.Observe(
            GrowingRosette.Sighting(GrowingRosette.Begin.AddDays(9 + (i / 2.0)), seedling.Draw(i / 2.0))))];

        Assert.True(old > 4);
        Assert.Equal([1, 1, 2, 2, 2], next.Select(plant => plant.Series));
        TrackEvent replaced = Assert.Single(next[2].Events);
        Assert.Equal((TrackEventKind.PlantReplaced, GrowingRosette.Begin.AddDays(9), 2), (replaced.Kind, replaced.Time, replaced.Series));
        Assert.Equal([1, 2, 3, 4], next[2].Leaves.Select(leaf => leaf.Id ?? 0).Order());
        Assert.Equal(4, next[2].Count.Count);
    }

    [Fact]
    public void AnEmptyPotBetweenTwoPlantsIsAReplacementToo()
    {
        Run run = new();
        for (double day = 0; day < 9; day += .5)
        {
            run.Observe(Rosette.At(day));
        }

        for (double day = 9; day < 14; day += .5)
        {
            TrackedPlant empty = run.Tracker.Observe(GrowingRosette.Sighting(GrowingRosette.Begin.AddDays(day), new LabelMap(300, 300)));
            Assert.Equal(1, empty.Series);
        }

        TrackedPlant next = run.Tracker.Observe(GrowingRosette.Sighting(GrowingRosette.Begin.AddDays(14), new GrowingRosette { FirstAngle = 1 }.Draw(0)));
        Assert.Equal(2, next.Series);
        Assert.Equal(4, next.Count.Count);
    }

    [Fact]
    public void ALeafOfTheNeighbourGetsNoIdentity()
    {
        Run run = new();
        for (double day = 0; day < 9; day += .5)
        {
            run.Observe(Rosette.At(day, map =>
            {
                if (day >= 4)
                {
                    GrowingRosette.Ellipse(map, 295, 20, 30, 12, -.6, 40);
                }

                return map;
            }));
        }

        Assert.DoesNotContain(40, run.IdentityOfLeaf.Keys);
        Assert.Equal(Rosette.LeavesAt(8.5), run.Last.Count.Count);
    }

    [Fact]
    public void ADoubtfulLeafIsConfirmedAtItsThirdSighting()
    {
        PlantTracker tracker = new();
        GrowingRosette still = new() { DaysPerLeaf = 100 };
        for (double day = 0; day < 3; day++)
        {
            tracker.Observe(still.At(day, score: .6));
        }

        TrackedPlant At(double day) => tracker.Observe(still.At(day, WithFifth, score: .6));
        Assert.Null(At(3).Leaves[4].Id);
        Assert.Null(At(3.5).Leaves[4].Id);
        TrackedPlant third = At(4);
        Assert.Equal(5, third.Leaves[4].Id);
        Assert.Equal(5, third.Count.Count);
        TrackEvent born = Assert.Single(third.Events);
        Assert.Equal((TrackEventKind.LeafBorn, GrowingRosette.Begin.AddDays(3)), (born.Kind, born.Time));
    }

    [Fact]
    public void ALeafInOnePictureOnlyMovesNoCount()
    {
        PlantTracker tracker = new();
        GrowingRosette still = new() { DaysPerLeaf = 100 };
        for (double day = 0; day < 8; day += .5)
        {
            TrackedPlant plant = tracker.Observe(day == 4 ? still.At(day, WithFifth, score: .6) : still.At(day, score: .6));
            Assert.Equal(4, plant.Count.Count);
            Assert.InRange(plant.Count.High, 4, 5);
        }
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(20_000)]
    public void AClockThatJumpsLosesNoIdentity(double jump)
    {
        Run run = new();
        for (double day = 0; day < 8; day += .5)
        {
            run.Observe(GrowingRosette.Sighting(GrowingRosette.Begin.AddDays(day < 4 ? day : day + jump), Rosette.Draw(day)));
        }

        run.AssertOneIdentityForEachLeaf();
        Assert.Equal(1, run.Last.Series);
    }

    [Fact]
    public void AModelThatDrawsSmallerLeavesChangesNoIdentity()
    {
        Run run = new();
        for (double day = 0; day < 8; day += .5)
        {
            run.Observe(Rosette.At(day, map => day < 4 ? map : Eroded(map)));
        }

        run.AssertOneIdentityForEachLeaf();
    }

    [Fact]
    public void AfterARestartTheIdentitiesAreTheSame()
    {
        PlantTracker through = new(), restarted = new();
        for (double day = 0; day < 12; day += .5)
        {
            TrackedPlant expected = through.Observe(Rosette.At(day));
            restarted = TrackerFile.Read(TrackerFile.Write(restarted));
            TrackedPlant found = restarted.Observe(Rosette.At(day));

            Assert.Equal(expected.Leaves, found.Leaves);
            Assert.Equal(expected.Count, found.Count);
            Assert.Equal(expected.Events, found.Events);
        }

        Assert.InRange(TrackerFile.Write(through).Length, 1000, 6000);
    }

    [Fact]
    public void AFileThatIsNoTrackersIsRefused()
    {
        PlantTracker tracker = new();
        tracker.Observe(Rosette.At(1));
        byte[] whole = TrackerFile.Write(tracker);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => TrackerFile.Read(whole[..length]));
        }

        byte[] newer = [2, .. whole[1..]];
        Assert.Contains("version 2, expected 1", Assert.Throws<InvalidDataException>(() => TrackerFile.Read(newer)).Message, StringComparison.Ordinal);
    }

    private static LabelMap WithFifth(LabelMap map)
    {
        GrowingRosette.Ellipse(map, 150, 150, 6, 4, 0, 5);
        return map;
    }

    private static LabelMap Blotches()
    {
        LabelMap map = new(300, 300);
        GrowingRosette.Ellipse(map, 30, 30, 20, 20, 0, 1);
        GrowingRosette.Ellipse(map, 270, 250, 8, 8, 0, 2);
        return map;
    }

    private static LabelMap Eroded(LabelMap map)
    {
        LabelMap smaller = new(map.Width, map.Height);
        for (int y = 1; y < map.Height - 1; y++)
        {
            for (int x = 1; x < map.Width - 1; x++)
            {
                ushort label = map[x, y];
                smaller[x, y] = label == map[x - 1, y] && label == map[x + 1, y] && label == map[x, y - 1] && label == map[x, y + 1] ? label : (ushort)0;
            }
        }

        return smaller;
    }

    /// <summary>Follows a plant and writes down which identity each true leaf gets.</summary>
    private sealed class Run
    {
        private readonly List<string> changes = [];

        public PlantTracker Tracker { get; } = new();

        public Dictionary<int, int> IdentityOfLeaf { get; } = [];

        public List<TrackEvent> Events { get; } = [];

        public TrackedPlant Last { get; private set; } = null!;

        public void Observe(PlantSighting sighting, ushort[]? leafOf = null)
        {
            Last = Tracker.Observe(sighting);
            Events.AddRange(Last.Events);
            foreach (TrackedLeaf leaf in Last.Leaves)
            {
                int truth = leafOf is null ? leaf.Leaf : Array.IndexOf(leafOf, (ushort)leaf.Leaf);
                if (leaf.Id is not { } id)
                {
                    continue;
                }

                if (IdentityOfLeaf.TryGetValue(truth, out int before) && before != id)
                {
                    changes.Add($"{sighting.Time:d}: leaf {truth} was {before}, now {id}");
                }

                IdentityOfLeaf[truth] = id;
            }
        }

        public void AssertOneIdentityForEachLeaf()
        {
            Assert.Empty(changes);
            Assert.Equal(IdentityOfLeaf.Count, IdentityOfLeaf.Values.Distinct().Count());
        }
    }
}
