#!/bin/bash
# scikit-image 0.19: resize(order=0, preserve_range=True) changes the numbers of labels
#
# Expected  order=0 is nearest neighbour: the result holds no number that the label picture has not.
# Happens   A Gaussian filter runs first whenever a picture shrinks, unless it is boolean; nearest neighbour then picks from the blurred picture, and
#           the result is cast back to integers: labels 3 and 200 become 1 and 198, and more at other sizes. Enlarging is right.
# Seen      Debian 12's python3-skimage 0.19.3. The filter is documented ("True when downsampling an image whose data type is not bool"), with no
#           word on order 0; later versions leave it out for integers with order 0.
# LeafSeg   resizes labels at pixel centres in C#; in Python give anti_aliasing=False.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-skimage 0.19.3
cat > resize.py <<'PY'
import numpy
from skimage.transform import resize
labels = numpy.zeros((10, 10), numpy.uint8)
labels[2:5, 2:5], labels[5:8, 5:8] = 200, 3
for size, more in ((7, {}), (20, {}), (7, {"anti_aliasing": False})):
    print(*numpy.unique(resize(labels, (size, size), order=0, preserve_range=True, **more)))
PY
mapfile -t out < <(python resize.py)
saw "labels 0 3 200, made smaller" "0 1 198" "${out[0]}"
saw "made larger" "0 3 200" "${out[1]}"
saw "made smaller, anti_aliasing=False" "0 3 200" "${out[2]}"
finish
