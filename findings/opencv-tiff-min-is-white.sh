#!/bin/bash
# OpenCV: one MinIsWhite TIFF, two opposite pictures
#
# Expected  A grey TIFF with PhotometricInterpretation 0 (0 is white: scanners, ImageJ's inverted LUT) is either inverted on reading or
#           not; the flags of imread() choose depth and colour, not the sense of light and dark.
# Happens   8 bits: always inverted. 16 bits: raw with IMREAD_UNCHANGED or IMREAD_ANYDEPTH, inverted with IMREAD_COLOR or _GRAYSCALE.
#           32-bit float: raw. So a 16-bit picture turns into its own negative when the flag changes, and so does a series whose depth
#           changes. opencv/opencv#9550 made 16 bits raw and left 8 bits as they were.
# Seen      OpenCvSharp4 4.13.0.20260627, Debian's python3-opencv 4.6.0. libvips 8.18, ImageMagick 15.1 and sharp invert both depths.
# LeafSeg   decodes pictures with IMREAD_COLOR alone, where both depths are inverted.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
python - <<'PY'
from tiff import write
write("8.tif", 3, 1, 8, 0, "B", [0, 10, 255])
write("16.tif", 3, 1, 16, 0, "H", [0, 2560, 65535])
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Unchanged 8.tif read Unchanged 16.tif read AnyDepth 16.tif read Grayscale 16.tif 2>/dev/null)
saw "4.13, 8 bits, IMREAD_UNCHANGED" "CV_8UC1 3x1 255 245 0" "${out[0]}"
saw "4.13, 16 bits, IMREAD_UNCHANGED" "CV_16UC1 3x1 0 2560 65535" "${out[1]}"
saw "4.13, 16 bits, IMREAD_ANYDEPTH" "CV_16UC1 3x1 0 2560 65535" "${out[2]}"
saw "4.13, 16 bits, IMREAD_GRAYSCALE" "CV_8UC1 3x1 255 245 0" "${out[3]}"
saw "4.6, 8 bits, 16 bits, 16 bits as grey" "[255, 245, 0] [0, 2560, 65535] [255, 245, 0]" "$(python -c '
import cv2
print(*(cv2.imread(name, mode)[0].tolist() for name, mode in (("8.tif", -1), ("16.tif", -1), ("16.tif", 0))))')"
finish
