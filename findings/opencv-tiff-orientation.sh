#!/bin/bash
# OpenCV 4.13: a TIFF whose Orientation tag turns it by a quarter
#
# Expected  imread() turns the picture as it did in 4.6 (opencv/opencv#14609), and leaves it alone with IMREAD_IGNORE_ORIENTATION or
#           IMREAD_UNCHANGED, as the documentation of ImreadModes says.
# Happens   imread() gives an empty Mat for Orientation 5 to 8 unless the picture is square ("Internal imread issue: original_ptr ==
#           real_mat.data" in the log), while imdecode() of the same bytes works. Neither flag is honoured in any of them: a mirrored
#           TIFF (Orientation 2) comes back turned under every flag, so a label picture without the tag no longer lies on it.
# Seen      OpenCvSharp4 4.13.0.20260627; Debian's python3-opencv 4.6.0 reads all, and ignores the flags too.
# LeafSeg   reads through imdecode(); do not count on IMREAD_IGNORE_ORIENTATION for TIFF.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
python - <<'PY'
from tiff import write
write("turned.tif", 4, 2, 8, 1, "B", range(8), tags=[(274, "H", [6])])
write("mirrored.tif", 4, 2, 8, 1, "B", range(8), tags=[(274, "H", [2])])
write("square.tif", 2, 2, 8, 1, "B", range(4), tags=[(274, "H", [6])])
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Grayscale turned.tif decode Grayscale turned.tif read Grayscale square.tif \
    read Unchanged mirrored.tif decode Grayscale,IgnoreOrientation mirrored.tif 2>/dev/null)
saw "4.13 imread, turned" "empty" "${out[0]}"
saw "4.13 imdecode, turned" "CV_8UC1 2x4 4 0 5 1 6 2 7 3" "${out[1]}"
saw "4.13 imread, turned, square" "CV_8UC1 2x2 2 0 3 1" "${out[2]}"
saw "4.13 imread, mirrored, IMREAD_UNCHANGED" "CV_8UC1 4x2 3 2 1 0 7 6 5 4" "${out[3]}"
saw "4.13 imdecode, mirrored, IMREAD_IGNORE_ORIENTATION" "CV_8UC1 4x2 3 2 1 0 7 6 5 4" "${out[4]}"
saw "4.6 imread, turned, (rows, columns)" "(4, 2)" "$(python -c 'import cv2; print(cv2.imread("turned.tif", 0).shape)')"
finish
