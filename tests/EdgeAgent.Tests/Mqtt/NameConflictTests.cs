using System.Text;
using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Tests.Mqtt;

public sealed class NameConflictTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1), Later = TimeSpan.FromMinutes(1);
    private readonly NameConflict conflict = new("0a0a0a0a");

    [Fact]
    public void Another_boot_after_ones_own_birth_over_two_connections_is_another_client()
    {
        Connect("0b0b0b0b");
        Assert.Null(conflict.Evidence);
        Connect("0b0b0b0b");
        Assert.Null(conflict.Evidence);
        Connect("0b0b0b0b");
        Assert.Contains("another boot id", conflict.Evidence, StringComparison.Ordinal);
        conflict.Forget();
        Assert.Null(conflict.Evidence);
    }

    /// <summary>The rig's boot before this one, and a broker that is killed and comes back with what it had stored.</summary>
    [Fact]
    public void What_this_rig_left_behind_is_nobody_else()
    {
        Connect("0c0c0c0c");
        Connect("0a0a0a0a");
        Connect("0c0c0c0c");
        Connect("0a0a0a0a");
        Assert.Null(conflict.Evidence);
    }

    [Fact]
    public void Another_boot_that_is_published_now_counts_before_ones_own_birth_too()
    {
        for (int connection = 0; connection < 2; connection++)
        {
            conflict.Connecting();
            conflict.Take(Info("0b0b0b0b", retained: false));
        }

        Assert.NotNull(conflict.Evidence);
    }

    [Fact]
    public void A_broker_that_hangs_up_soon_again_and_again_is_a_sign_too()
    {
        for (int i = 0; i < 4; i++)
        {
            conflict.Lost(Soon, hungUp: true);
        }

        conflict.Lost(Later, hungUp: true);
        for (int i = 0; i < 4; i++)
        {
            conflict.Lost(Soon, hungUp: true);
        }

        Assert.Null(conflict.Evidence);
        conflict.Lost(Soon, hungUp: true);
        Assert.Contains("5 times", conflict.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"boot\": 7}")]
    [InlineData("{\"boot\"")]
    public void What_is_no_info_says_nothing(string payload)
    {
        conflict.Published();
        for (int i = 0; i < 3; i++)
        {
            conflict.Connecting();
            conflict.Take(new IncomingMessage { Topic = "info", Payload = Encoding.UTF8.GetBytes(payload), Retained = true });
        }

        Assert.Null(conflict.Evidence);
    }

    private void Connect(string retainedBoot)
    {
        conflict.Connecting();
        conflict.Take(Info(retainedBoot, retained: true));
        conflict.Published();
    }

    private static IncomingMessage Info(string boot, bool retained) => new()
    {
        Topic = "leafseg/v1/ghent/r17/info",
        Payload = Encoding.UTF8.GetBytes($$"""{"schema":"leafseg.info/1","boot":"{{boot}}"}"""),
        Retained = retained,
    };
}
