#!/bin/bash
# OpenCV: findContours() on a label picture does not give one contour a label
#
# Expected  The documentation allows a 32-bit picture of labels with RETR_CCOMP and RETR_FLOODFILL: one outer contour for each label, background
#           0 left out, touching labels apart.
# Happens   Each region of equal numbers has a contour, the background's holes too: they run one pixel outside of the labels, around touching
#           ones together, and are at the top level of the hierarchy like the rest. Three 10 x 10 and 5 x 5 labels, two of them touching, give five contours;
#           nothing says which belong to a label. Boxes and areas of the extra ones are too large by a pixel on each side.
# Seen      Debian's python3-opencv 4.6.0.
# LeafSeg   traces each leaf from a mask of its own.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
cat > contours.py <<'PY'
import cv2, numpy
labels = numpy.zeros((30, 30), numpy.int32)
labels[5:15, 5:15], labels[5:15, 15:25], labels[20:25, 5:10] = 1, 2, 3
for mode in (cv2.RETR_CCOMP, cv2.RETR_FLOODFILL):
    contours, hierarchy = cv2.findContours(labels.copy(), mode, cv2.CHAIN_APPROX_NONE)
    print(*sorted(cv2.boundingRect(c)[2:] for c in contours), "top level", int((hierarchy[0, :, 3] < 0).sum()))
PY
mapfile -t out < <(python contours.py)
saw "RETR_CCOMP, boxes" "(5, 5) (7, 7) (10, 10) (10, 10) (22, 12) top level 5" "${out[0]}"
saw "RETR_FLOODFILL, boxes" "(5, 5) (7, 7) (10, 10) (10, 10) (22, 12) top level 5" "${out[1]}"
finish
