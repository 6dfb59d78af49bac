#!/bin/bash
# OpenCV: watershed() takes the outermost pixels of the picture away from every region
#
# Expected  Pixels get the number of a seed "or -1 at boundaries between the regions" (documentation). A picture that one marker fills has none.
# Happens   The frame of the picture is -1 always, overwriting markers that were given there. A leaf that reaches the edge loses a row or column of
#           its area and no longer touches the edge: tests such as "cut off by the frame" never find one.
# Seen      Debian's python3-opencv 4.6.0. skimage.segmentation.watershed keeps the frame.
# LeafSeg   floods with code of its own.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb python3-skimage 0.19.3
cat > shed.py <<'PY'
import cv2, numpy, skimage.segmentation
markers = numpy.ones((20, 20), numpy.int32)
flat = numpy.zeros((20, 20, 3), numpy.uint8)
print(int((skimage.segmentation.watershed(flat[..., 0], markers) != 1).sum()))
cv2.watershed(flat, markers)
print(int((markers == -1).sum()), int((markers[1:-1, 1:-1] == 1).all()))
PY
mapfile -t out < <(python shed.py)
saw "scikit-image, pixels lost of 400" "0" "${out[0]}"
saw "OpenCV, pixels at -1 of 400, inner ones whole" "76 1" "${out[1]}"
finish
