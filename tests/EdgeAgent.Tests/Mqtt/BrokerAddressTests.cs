using LeafSeg.EdgeAgent.Mqtt;

namespace LeafSeg.EdgeAgent.Tests.Mqtt;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("broker.local:1883", "broker.local", 1883, false)]
    [InlineData("192.168.1.5:8883", "192.168.1.5", 8883, false)]
    [InlineData("[::1]:1883", "::1", 1883, false)]
    [InlineData("embedded", "127.0.0.1", 0, true)]
    [InlineData("embedded:1999", "127.0.0.1", 1999, true)]
    public void An_address_is_read(string text, string host, int port, bool embedded) =>
        Assert.Equal(new BrokerAddress(host, port, embedded), BrokerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("broker")]
    [InlineData("broker:")]
    [InlineData(":1883")]
    [InlineData("broker:0")]
    [InlineData("broker:65536")]
    [InlineData("broker:-1")]
    [InlineData("mqtt://broker:1883")]
    [InlineData("::1:1883")]
    [InlineData("two words:1883")]
    public void Anything_else_is_refused(string text) => Assert.False(BrokerAddress.TryParse(text, out _));
}
