#!/bin/bash
# OpenCV: a TIFF's unassociated alpha is multiplied into the colours, at 8 bits only
#
# Expected  IMREAD_UNCHANGED gives the numbers of the file. A colour mask with transparent background keeps its colours; PNG does.
# Happens   An 8-bit RGBA TIFF whose ExtraSamples say "unassociated" comes back premultiplied: colours at alpha 0 are lost, at alpha 64
#           a quarter is left (libtiff's RGBA interface does it). At 16 bits the numbers are those of the file; the same pixels as PNG
#           are so at both depths. With IMREAD_COLOR the 16-bit TIFF is premultiplied too.
# Seen      OpenCvSharp4 4.13.0.20260627, Debian's python3-opencv 4.6.0. Pillow, libvips, ImageMagick, ImageSharp give the file's numbers.
# LeafSeg   says in its survey of a data set which pictures have alpha.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb python3-pil 9.4.0
python - <<'PY'
from tiff import write
write("8.tif", 2, 1, 8, 2, "B", [100, 50, 20, 0, 100, 50, 20, 64], samples=4, tags=[(338, "H", [2])])
write("16.tif", 2, 1, 16, 2, "H", [10000, 5000, 2000, 0, 10000, 5000, 2000, 16448], samples=4, tags=[(338, "H", [2])])
from PIL import Image
Image.open("8.tif").save("8.png")
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Unchanged 8.tif read Unchanged 16.tif read Color 16.tif read Unchanged 8.png 2>/dev/null)
saw "4.13, 8-bit TIFF (BGRA)" "CV_8UC4 2x1 0 0 0 0 5 13 25 64" "${out[0]}"
saw "4.13, 16-bit TIFF" "CV_16UC4 2x1 2000 5000 10000 0 2000 5000 10000 16448" "${out[1]}"
saw "4.13, 16-bit TIFF, IMREAD_COLOR" "CV_8UC3 2x1 0 0 0 2 5 10" "${out[2]}"
saw "4.13, PNG" "CV_8UC4 2x1 20 50 100 0 20 50 100 64" "${out[3]}"
saw "4.6, 8-bit TIFF" "[[0, 0, 0, 0], [5, 13, 25, 64]]" "$(python -c 'import cv2; print(cv2.imread("8.tif", -1)[0].tolist())')"
finish
