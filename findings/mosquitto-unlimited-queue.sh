#!/bin/bash
# mosquitto 2.0.11: without a limit of queued messages, a client that publishes what it may not is disconnected
#
# Expected  A publish that the access list denies is answered alike under all settings: PUBACK with 0x87, "not authorized", to an MQTT 5 client, a
#           plain PUBACK to a 3.1.1 client, and the connection goes on.
# Happens   So it is with max_queued_messages 1000 (the default). With max_queued_messages 0, "no limit", the PUBACK comes and the connection ends after
#           it, with "Bad socket read/write ...: Unknown error" in the log. A client that publishes again when it is back is in a loop.
# Seen      Debian 12's mosquitto 2.0.11.
# LeafSeg   the broker's settings in deploy/ have a high limit in place of none; a rig publishes a result without the events that the broker hangs up over.
. "$(dirname "$0")/lib.sh"
cat > acl <<'ACL'
topic readwrite allowed/#
ACL
for limit in 1000 0; do
  mosquitto "acl_file $TMP/acl" "max_queued_messages $limit"
  mapfile -t out < <(python - "$PORT" <<'PY'
import sys
from mqtt_wire import connect, publish, receive
for version in (5, 4):
    peer, _ = connect(int(sys.argv[1]), "sender", version)
    peer.sendall(publish("denied", b"x", version))
    print(receive(peer).hex(" "), "then", receive(peer, 1))
PY
)
  [ $limit = 0 ] && after=closed || after=nothing
  saw "limit $limit, MQTT 5" "40 03 00 01 87 then $after" "${out[0]}"
  saw "limit $limit, MQTT 3.1.1" "40 02 00 01 then $after" "${out[1]}"
  kill $BROKER
done
finish
