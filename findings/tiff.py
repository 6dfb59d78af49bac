"""Writes small baseline TIFF files for the findings: little endian, no compression, one strip (planar: one a sample)."""


import struct


def write(path, width, height, bits, photometric, kind, values, samples=1, planar=False, tags=()):
    planes = [values[s::samples] for s in range(samples)] if planar else [values]
    strips = [struct.pack(f"<{len(plane)}{kind}", *plane) for plane in planes]
    write_strips(path, width, height, bits, photometric, kind, strips, samples, planar, tags)


def write_strips(path, width, height, bits, photometric, kind, strips, samples=1, planar=False, tags=()):
    sample_format = 3 if kind in "efd" else 2 if kind in "bhi" else 1
    out = bytearray(b"II*\0\0\0\0\0")
    offsets = []
    for strip in strips:
        offsets.append(len(out))
        out += strip + b"\0" * (len(strip) % 2)
    fields = [
        (256, "I", [width]), (257, "I", [height]), (258, "H", [bits] * samples), (259, "H", [1]), (262, "H", [photometric]),
        (273, "I", offsets), (277, "H", [samples]), (278, "I", [height]), (279, "I", [len(strip) for strip in strips]),
        (284, "H", [2 if planar else 1]), (339, "H", [sample_format] * samples), *tags,
    ]
    entries = b""
    for number, letter, items in sorted(fields):
        data = struct.pack(f"<{len(items)}{letter}", *items)
        if len(data) > 4:
            place = len(out)
            out += data + b"\0" * (len(data) % 2)
            data = struct.pack("<I", place)
        entries += struct.pack("<HHI", number, {"H": 3, "I": 4}[letter], len(items)) + data.ljust(4, b"\0")
    struct.pack_into("<I", out, 4, len(out))
    out += struct.pack("<H", len(fields)) + entries + b"\0\0\0\0"
    with open(path, "wb") as file:
        file.write(out)
