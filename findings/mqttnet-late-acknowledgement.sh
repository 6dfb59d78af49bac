#!/bin/bash
# MQTTnet 5: an acknowledgement that comes after the connection was lost is a NullReferenceException
#
# Expected  AcknowledgeAsync() of a message that was taken before the connection was lost throws MqttClientNotConnectedException, as PublishAsync() does.
# Happens   It throws NullReferenceException, from inside the client. A receiver that acknowledges after a database's commit meets it at each restart of the
#           broker, and cannot tell it from a bug of its own.
# Seen      MQTTnet 5.2.0.1603, Debian 12's mosquitto 2.0.11, QoS 1, AutoAcknowledge = false.
# LeafSeg   takes whatever an acknowledgement throws as a lost connection: what is not acknowledged is delivered again, and known by its id.
. "$(dirname "$0")/lib.sh"
mosquitto
disown "$BROKER"
cat >late.cs <<'CS'
#:package MQTTnet@5.2.0.1603
#:property PublishAot=false
using System.Diagnostics;
using MQTTnet;
using MQTTnet.Protocol;

using IMqttClient client = new MqttClientFactory().CreateMqttClient();
TaskCompletionSource<MqttApplicationMessageReceivedEventArgs> taken = new();
TaskCompletionSource lost = new();
client.ApplicationMessageReceivedAsync += message =>
{
    message.AutoAcknowledge = false;
    taken.SetResult(message);
    return Task.CompletedTask;
};
client.DisconnectedAsync += _ =>
{
    lost.TrySetResult();
    return Task.CompletedTask;
};
await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", int.Parse(args[0])).Build());
await client.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
await client.PublishStringAsync("a", "b", MqttQualityOfServiceLevel.AtLeastOnce);
MqttApplicationMessageReceivedEventArgs message = await taken.Task;
Process.GetProcessById(int.Parse(args[1])).Kill();
await lost.Task;
Console.WriteLine(await NameAsync(() => message.AcknowledgeAsync(CancellationToken.None)));
Console.WriteLine(await NameAsync(() => client.PublishStringAsync("a", "c")));

static async Task<string> NameAsync(Func<Task> act)
{
    try
    {
        await act();
        return "nothing";
    }
    catch (Exception e)
    {
        return e.GetType().Name;
    }
}
CS
mapfile -t out < <(cs late.cs "$PORT" "$BROKER")
saw "AcknowledgeAsync() throws" "NullReferenceException" "${out[0]}"
saw "PublishAsync() throws" "MqttClientNotConnectedException" "${out[1]}"
finish
