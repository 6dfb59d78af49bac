#!/bin/bash
# OpenCV: IMREAD_UNCHANGED drops the transparent value of a grey PNG, and keeps that of a colour or indexed one
#
# Expected  A PNG with a tRNS chunk is read with alpha under IMREAD_UNCHANGED, whatever its colour type.
# Happens   Indexed and RGB give four channels, grey gives one without alpha, at 8 and 16 bits: "no data" of a depth or NDVI map becomes a
#           value like any other. A grey PNG with a whole alpha channel gives four channels.
# Seen      OpenCvSharp4 4.13.0.20260627. Skia, libvips, ImageMagick, ImageSharp and stb give alpha for all of them.
# LeafSeg   finds transparency of a PNG in the file, not in the decoded picture.
. "$(dirname "$0")/lib.sh"
python - <<'PY'
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(name, bits, colour, row, *more):
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, bits, colour, 0, 0, 0)) +
                   b"".join(chunk(*m) for m in more) + chunk(b"IDAT", zlib.compress(b"\0" + row)) + chunk(b"IEND", b""))
png("grey8.png", 8, 0, bytes([7, 9]), (b"tRNS", struct.pack(">H", 9)))
png("grey16.png", 16, 0, struct.pack(">2H", 700, 900), (b"tRNS", struct.pack(">H", 900)))
png("rgb.png", 8, 2, bytes([1, 2, 3, 9, 9, 9]), (b"tRNS", struct.pack(">3H", 9, 9, 9)))
png("indexed.png", 8, 3, bytes([0, 1]), (b"PLTE", bytes([1, 2, 3, 9, 9, 9])), (b"tRNS", bytes([255, 0])))
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Unchanged grey8.png read Unchanged grey16.png read Unchanged rgb.png read Unchanged indexed.png)
saw "grey, 8 bits" "CV_8UC1 2x1 7 9" "${out[0]}"
saw "grey, 16 bits" "CV_16UC1 2x1 700 900" "${out[1]}"
saw "RGB" "CV_8UC4 2x1 3 2 1 255 9 9 9 0" "${out[2]}"
saw "indexed" "CV_8UC4 2x1 3 2 1 255 9 9 9 0" "${out[3]}"
finish
