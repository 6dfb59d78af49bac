#!/bin/bash
# Pillow 9.4 and NumPy: a quarter-turned TIFF becomes an array with the old shape and the turned pixels
#
# Expected  numpy.asarray(Image.open(file)) is the picture, turned (Pillow turns TIFF on loading, other formats not) or not.
# Happens   The array has the shape from before the turn and the pixels from after it: every row is cut in the wrong place. No warning.
#           Calling load() first gives the right array. Image.open(file).size is the size before the turn, too.
# Seen      Debian 12's python3-pil 9.4.0. python-pillow/Pillow#7032, mended in 9.5; 11.0 mended size (#8390).
# LeafSeg   does not read TIFF with Pillow; scikit-image and imageio on Debian 12 do.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-pil 9.4.0
python -c 'from tiff import write; write("turned.tif", 3, 2, 8, 1, "B", range(6), tags=[(274, "H", [6])])'
saw "asarray(open())" "[[3, 0, 4], [1, 5, 2]]" "$(python -c '
import numpy; from PIL import Image
print(numpy.asarray(Image.open("turned.tif")).tolist())')"
saw "load(), then asarray()" "[[3, 0], [4, 1], [5, 2]]" "$(python -c '
import numpy; from PIL import Image
image = Image.open("turned.tif"); image.load(); print(numpy.asarray(image).tolist())')"
finish
