"""A few raw MQTT packets for the findings: what a broker sends is seen as bytes, without a library's reading of it."""

import socket


def text(value):
    return len(value).to_bytes(2, "big") + value.encode()


def packet(first, body):
    length, size = bytearray(), len(body)
    while True:
        size, rest = divmod(size, 128)
        length.append(rest | (128 if size else 0))
        if not size:
            return bytes([first]) + bytes(length) + body


def connect(port, client, version=5, clean=True, extra=b""):
    """Connects and returns the socket and the CONNACK."""
    peer = socket.create_connection(("127.0.0.1", port), 5)
    body = text("MQTT") + bytes([version, 2 if clean else 0, 0, 60])
    if version == 5:
        body += bytes([len(extra)]) + extra
    peer.sendall(packet(0x10, body + text(client)))
    return peer, receive(peer)


def publish(topic, payload, version=5, identifier=1):
    return packet(0x32, text(topic) + identifier.to_bytes(2, "big") + (b"\0" if version == 5 else b"") + payload)


def receive(peer, seconds=3):
    """The bytes that come next, or "closed" or "nothing"."""
    peer.settimeout(seconds)
    try:
        return peer.recv(4096) or "closed"
    except TimeoutError:
        return "nothing"
