#!/bin/bash
# OpenCV: the same 16-bit pixels, one grey level apart by file format and by number of channels
#
# Expected  Without IMREAD_ANYDEPTH 16 bits become 8 in one way, whatever the format.
# Happens   PNG and grey TIFF keep the high byte (3000 becomes 11), colour TIFF rounds (3000 becomes 12; 65407 becomes 255, 254 is never 65407).
#           A data set converted from TIFF to PNG, losslessly at 16 bits, is half a grey level darker to the network.
# Seen      OpenCvSharp4 4.13.0.20260627, Debian's python3-opencv 4.6.0.
# LeafSeg   decodes with IMREAD_COLOR: use one format for a data set.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
python - <<'PY'
import cv2, numpy
grey = numpy.array([[3000, 40000]], numpy.uint16)
colour = numpy.repeat(grey[..., None], 3, 2)
for kind in ("png", "tif"):
    cv2.imwrite(f"grey.{kind}", grey)
    cv2.imwrite(f"colour.{kind}", colour)
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Color grey.png read Color colour.png read Color grey.tif read Color colour.tif 2>/dev/null)
saw "4.13, grey PNG" "CV_8UC3 2x1 11 11 11 156 156 156" "${out[0]}"
saw "4.13, colour PNG" "CV_8UC3 2x1 11 11 11 156 156 156" "${out[1]}"
saw "4.13, grey TIFF" "CV_8UC3 2x1 11 11 11 156 156 156" "${out[2]}"
saw "4.13, colour TIFF" "CV_8UC3 2x1 12 12 12 156 156 156" "${out[3]}"
saw "4.6, grey PNG, colour PNG, grey TIFF, colour TIFF" "11 11 11 12" "$(python -c '
import cv2
print(*(cv2.imread(n)[0, 0, 0] for n in ("grey.png", "colour.png", "grey.tif", "colour.tif")))')"
finish
