#!/bin/bash
# Aravis: as root, no picture comes from a GigE camera on loopback, and nothing is said; without packet sockets they come
#
# Expected  Aravis' own simulated camera (arv-fake-gv-camera) on 127.0.0.1 streams to Aravis' own test program, whoever runs it.
# Happens   With the right to open packet sockets (root, as in a container or a CI job) the stream takes its packets from such a socket and sees none of those
#           that come over lo: 0 packets, 0 pictures, exit code 0. With --no-packet-socket, or as another user, packets come; many are lost at the default
#           socket buffer, and hardly any with --auto.
# Seen      Debian 12's aravis-tools-cli 0.8.26.
# LeafSeg   uses no packet sockets, whoever runs it, and gives the stream a socket buffer of a picture's size.
. "$(dirname "$0")/lib.sh"
deb aravis-tools-cli 0.8.26
arv-fake-gv-camera-0.8 -i 127.0.0.1 -s FINDING >camera.log 2>&1 &
CAMERA=$!
trap 'kill $CAMERA 2>/dev/null; rm -rf "$TMP"' EXIT
for _ in $(seq 50); do arv-tool-0.8 2>/dev/null | grep -q FINDING && break; sleep .1; done
saw "found" "Aravis-Fake-FINDING (127.0.0.1)" "$(arv-tool-0.8 2>/dev/null | grep FINDING)"
received() {
    arv-camera-test-0.8 -n Aravis-Fake-FINDING -f 10 --duration 5 "$@" >stream.log 2>&1 || true
    [ "$(sed -n 's/^n_received_packets *= //p' stream.log)" -gt 0 ] && echo yes || echo no
}
saw "right to open packet sockets" yes "$(/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)' && echo yes || echo no)"
saw "packets come" no "$(received)"
saw "packets come without packet sockets" yes "$(received --no-packet-socket)"
finish
