#!/bin/bash
# mosquitto 2.0.11: a client whose id is taken over is not told so
#
# Expected  MQTT 5 requires it ([MQTT-3.1.4-3]): the broker sends the older client a DISCONNECT with reason 0x8E, "session taken over".
# Happens   The connection is closed without a byte, as if the network had failed: two rigs with one name throw each other out for ever, each
#           believing that its line is bad.
# Seen      Debian 12's mosquitto 2.0.11. (2.0.11's log says "already connected, closing old connection".)
# LeafSeg   recognises it without the code: by hang-ups soon after each connection.
. "$(dirname "$0")/lib.sh"
mosquitto
seen=$(python - "$PORT" <<'PY'
import sys
from mqtt_wire import connect, receive
first, _ = connect(int(sys.argv[1]), "rig")
second, answer = connect(int(sys.argv[1]), "rig")
print(answer[:1].hex(), receive(first))
PY
)
saw "CONNACK of the second; what the first receives" "20 closed" "$seen"
saw "the broker's log" "1" "$(grep -c 'already connected, closing old connection' mosquitto.log)"
finish
