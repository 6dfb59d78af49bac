#!/bin/bash
# MQTTnet 5: a broker that hangs up is a "NormalDisconnection", and a broker for 3.1.1 answers 1
#
# Expected  DisconnectedAsync says why: NormalDisconnection (0) is the code of a DISCONNECT packet that asks for it. A CONNACK that refuses is a
#           member of MqttClientConnectResultCode, or an exception as in version 4.
# Happens   Reason is NormalDisconnection, without an exception, when the peer closes the connection without a packet: a killed broker, a take-over
#           at mosquitto, a firewall. A broker that knows MQTT 3.1.1 only answers a version 5 CONNECT with its own code 1; ConnectAsync() then
#           returns, with ResultCode 1, which is no member: a switch over the enumeration misses it.
# Seen      MQTTnet 5.2.0.1603; aedes 1.2.0 (the broker inside many Node-RED installations) as the 3.1.1 broker.
# LeafSeg   looks at what it asked for itself, not at Reason; falls back to 3.1.1 on code 1.
. "$(dirname "$0")/lib.sh"
npm_packages aedes@1.2.0
cat > broker.mjs <<'JS'
import net from "node:net";
import { Aedes } from "aedes";
const broker = await Aedes.createBroker();
const server = net.createServer(broker.handle);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
setTimeout(() => process.exit(), 120000);
JS
cat > client.cs <<'CS'
#:package MQTTnet@5.2.0.1603
#:property PublishAot=false
using System.Diagnostics;
using MQTTnet;
using MQTTnet.Formatter;

using Process broker = Process.Start(new ProcessStartInfo("node", "broker.mjs") { RedirectStandardOutput = true })!;
int port = int.Parse(broker.StandardOutput.ReadLine()!);
var factory = new MqttClientFactory();
MqttClientOptions Options(MqttProtocolVersion version) =>
    factory.CreateClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(version).Build();

using (IMqttClient newer = factory.CreateMqttClient())
{
    MqttClientConnectResultCode code = (await newer.ConnectAsync(Options(MqttProtocolVersion.V500))).ResultCode;
    Console.WriteLine($"{code}, member {Enum.IsDefined(code)}, connected {newer.IsConnected}");
}

using IMqttClient older = factory.CreateMqttClient();
var lost = new TaskCompletionSource<string>();
older.DisconnectedAsync += e =>
{
    lost.TrySetResult($"{e.Reason}, exception {e.Exception?.GetType().Name ?? "none"}");
    return Task.CompletedTask;
};
await older.ConnectAsync(Options(MqttProtocolVersion.V311));
broker.Kill();
Console.WriteLine(await lost.Task.WaitAsync(TimeSpan.FromSeconds(20)));
CS
mapfile -t out < <(cs client.cs 2>/dev/null)
saw "MQTT 5 to a 3.1.1 broker" "1, member False, connected False" "${out[0]}"
saw "broker killed" "NormalDisconnection, exception none" "${out[1]}"
finish
