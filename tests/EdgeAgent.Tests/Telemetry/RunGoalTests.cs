using LeafSeg.EdgeAgent.Telemetry;

namespace LeafSeg.EdgeAgent.Tests.Telemetry;

public sealed class RunGoalTests
{
    [Fact]
    public async Task It_is_reached_when_the_last_of_the_captures_is_acknowledged()
    {
        RunGoal goal = new(2);
        Assert.True(goal.TryBegin());
        Assert.True(goal.TryBegin());
        Assert.False(goal.TryBegin());
        goal.Acknowledge();
        Assert.False(goal.Over.IsCompleted);
        goal.Acknowledge();
        Assert.Equal(RunEnd.Reached, await goal.Over);
    }

    [Fact]
    public async Task A_capture_that_led_to_nothing_may_be_made_again()
    {
        RunGoal goal = new(1);
        Assert.True(goal.TryBegin());
        goal.GiveUp();
        Assert.True(goal.TryBegin());
        goal.Acknowledge();
        Assert.Equal(RunEnd.Reached, await goal.Over);
    }

    [Fact]
    public async Task Without_a_number_it_is_over_when_the_pictures_are_through_and_all_is_acknowledged()
    {
        RunGoal goal = new(null);
        Assert.True(goal.TryBegin());
        goal.NoMoreFrames();
        Assert.False(goal.Over.IsCompleted);
        goal.Acknowledge();
        Assert.Equal(RunEnd.OutOfFrames, await goal.Over);
    }

    [Fact]
    public async Task Too_few_pictures_are_not_the_goal()
    {
        RunGoal goal = new(5);
        goal.TryBegin();
        goal.Acknowledge();
        goal.NoMoreFrames();
        Assert.Equal(RunEnd.OutOfFrames, await goal.Over);
    }
}
