using System.Text;
using LeafSeg.Common.Messages;
using LeafSeg.EdgeAgent.Ingest;
using LeafSeg.EdgeAgent.Machine;
using LeafSeg.EdgeAgent.Tests.Outbox;

namespace LeafSeg.EdgeAgent.Tests.Ingest;

public sealed class MessageReaderTests
{
    private const string Rig = "leafseg/v1/ghent/r17/";

    [Fact]
    public void A_capture_is_known_by_its_topic_and_the_time_in_its_id()
    {
        DateTimeOffset taken = new(2026, 11, 30, 10, 15, 30, 123, TimeSpan.Zero);
        CaptureResult capture = Captures.Any(7) with { Id = Guid.CreateVersion7(taken) };

        CaptureReading reading = Assert.IsType<CaptureReading>(MessageReader.Read(Rig + "capture", MessageJson.Write(capture)));

        Assert.Equal(new RigName("ghent", "r17"), reading.Rig);
        Assert.Equal(taken, reading.Taken);
        Assert.Equal(7, reading.Capture.Sequence);
    }

    [Theory]
    [InlineData("status", "online", typeof(StatusReading))]
    [InlineData("status", "", typeof(StatusReading))]
    [InlineData("alarm/disk-low", "", typeof(AlarmReading))]
    [InlineData("info", "", typeof(EmptyReading))]
    [InlineData("health", "", typeof(EmptyReading))]
    [InlineData("model/reported", "", typeof(EmptyReading))]
    public void What_is_retained_can_be_cleared(string topic, string payload, Type expected) =>
        Assert.IsType(expected, MessageReader.Read(Rig + topic, Encoding.UTF8.GetBytes(payload)));

    [Theory]
    [InlineData("capture", "", "line 1")]
    [InlineData("capture", "null", "expected")]
    [InlineData("capture", "{}", "required")]
    [InlineData("capture", """{"schema":"leafseg.capture/3"}""", "\"leafseg.capture/3\", expected major version 1")]
    [InlineData("health", """{"schema":"leafseg.health/2","time":7}""", "\"leafseg.health/2\", expected major version 1")]
    [InlineData("capture", """{"schema":"\ud800"}""", "")]
    [InlineData("info", "[1,2", "line 1")]
    [InlineData("status", "hungry", "online, stopped, offline")]
    [InlineData("plant/a3", "{}", "expected capture")]
    public void What_cannot_be_read_says_why(string topic, string payload, string reason) =>
        Assert.Contains(reason, Assert.IsType<UnreadableReading>(MessageReader.Read(Rig + topic, Encoding.UTF8.GetBytes(payload))).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("leafseg/v1/Ghent/r17/capture")]
    [InlineData("leafseg/v2/ghent/r17/capture")]
    [InlineData("leafseg/v1/ghent")]
    [InlineData("")]
    public void A_topic_of_no_rig_is_refused(string topic) =>
        Assert.Contains("expected leafseg/v1/", Assert.IsType<UnreadableReading>(MessageReader.Read(topic, "{}"u8)).Reason, StringComparison.Ordinal);
}
