using LeafSeg.EdgeAgent.Updates.Tuf;

namespace LeafSeg.EdgeAgent.Tests.Updates.Tuf;

public sealed class RepositoryOptionsTests
{
    [Fact]
    public void The_defaults_are_right_and_each_wrong_setting_is_told_with_its_full_name()
    {
        Assert.Empty(new RepositoryOptions().Problems("updates"));

        RepositoryOptions wrong = new()
        {
            CaFile = "/no/such/file",
            ClientKeyFile = "/no/such/key",
            StallSeconds = 0,
            MaxBytesPerSecond = 10,
            MaxTargetBytes = 0,
            Attempts = 0,
            RetrySeconds = -1,
        };
        Assert.Equal(
            ["updates.caFile", "updates.clientCertificateFile", "updates.clientKeyFile", "updates.stallSeconds", "updates.maxBytesPerSecond",
                "updates.maxTargetBytes", "updates.attempts", "updates.retrySeconds"],
            wrong.Problems("updates").Select(problem => problem.Setting));
    }
}
