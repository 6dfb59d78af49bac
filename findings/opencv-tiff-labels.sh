#!/bin/bash
# OpenCV: label pictures of 32 bits: signed are read, unsigned are not, and neither as grey
#
# Expected  Numbers of labels are not negative: a 32-bit TIFF of labels (the usual type is uint32) is read, if any 32-bit integers are.
# Happens   The same labels are read as CV_32S when their SampleFormat says signed, and give an empty Mat when it says unsigned. Signed or
#           not, every flag but IMREAD_UNCHANGED and IMREAD_ANYDEPTH gives an empty Mat, where 16 bits would be reduced to 8.
# Seen      OpenCvSharp4 4.13.0.20260627, Debian's python3-opencv 4.6.0. tifffile, Pillow, libvips read both.
# LeafSeg   takes label pictures as PNG and says so for a file that cannot be decoded.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb python3-tifffile 20230203
python - <<'PY'
import numpy, tifffile
labels = numpy.array([[0, 1, 2], [300, 70000, 8]])
tifffile.imwrite("unsigned.tif", labels.astype(numpy.uint32))
tifffile.imwrite("signed.tif", labels.astype(numpy.int32))
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Unchanged signed.tif read Unchanged unsigned.tif read AnyDepth unsigned.tif read Grayscale signed.tif 2>/dev/null)
saw "4.13, signed" "CV_32SC1 3x2 0 1 2 300 70000 8" "${out[0]}"
saw "4.13, unsigned" "empty" "${out[1]}"
saw "4.13, unsigned, IMREAD_ANYDEPTH" "empty" "${out[2]}"
saw "4.13, signed, IMREAD_GRAYSCALE" "empty" "${out[3]}"
saw "4.6, signed and unsigned" "int32 None" "$(python -c 'import cv2; print(cv2.imread("signed.tif", -1).dtype, cv2.imread("unsigned.tif", -1))' 2>/dev/null)"
finish
