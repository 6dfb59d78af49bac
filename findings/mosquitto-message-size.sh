#!/bin/bash
# mosquitto 2.0.11: a message over message_size_limit is acknowledged to a 3.1.1 client, and refused to an MQTT 5 client with a code that PUBACK has not
#
# Expected  A limit is announced in the CONNACK (Maximum Packet Size), and a message over it ends in an error for the sender.
# Happens   Nothing is announced. An MQTT 3.1.1 client gets its PUBACK and the message is dropped: the sender deletes what nobody received. An
#           MQTT 5 client gets a PUBACK with reason 0x95, "packet too large", which the standard allows in CONNACK and DISCONNECT only (table
#           3.4.2.1): MQTTnet hands it out as a number outside of its enumeration, mqtt.js reports a protocol error.
# Seen      Debian 12's mosquitto 2.0.11. Its newer setting max_packet_size is announced.
# LeafSeg   shortens a result that is refused so, at last sets it aside with an alarm; set max_packet_size at the broker.
. "$(dirname "$0")/lib.sh"
mosquitto "message_size_limit 100"
mapfile -t out < <(python - "$PORT" <<'PY'
import sys
from mqtt_wire import connect, publish, receive
for version in (5, 4):
    watcher, _ = connect(int(sys.argv[1]), "watcher", version)
    watcher.sendall(b"\x82" + bytes([7 + (version == 5)]) + b"\0\1" + (b"\0" if version == 5 else b"") + b"\0\2ab\0")
    receive(watcher)
    peer, answer = connect(int(sys.argv[1]), "sender", version)
    peer.sendall(publish("ab", b"x" * 200, version))
    acknowledgement = receive(peer)
    print("limit announced" if version == 5 and b"\x27" in answer[5:] else "no limit announced;", "PUBACK", acknowledgement.hex(" "),
          "; subscriber got", receive(watcher, 1))
PY
)
saw "MQTT 5" "no limit announced; PUBACK 40 03 00 01 95 ; subscriber got nothing" "${out[0]}"
saw "MQTT 3.1.1" "no limit announced; PUBACK 40 02 00 01 ; subscriber got nothing" "${out[1]}"
finish
