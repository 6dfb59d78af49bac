#!/bin/bash
# Pillow: a 16-bit colour TIFF stored plane by plane gives wrong colours
#
# Expected  PlanarConfiguration 2 is baseline's alternative to interleaved samples: read, or refused with an error.
# Happens   At 8 bits it is read rightly. At 16 bits the bytes of a plane are taken as 8-bit samples: the first pixel is the low bytes of the
#           first sample (noise), the second its high bytes, and the right half of the picture is lost. Nothing is said. (Interleaved 16-bit
#           colour is read as its high bytes.)
# Seen      Debian 12's python3-pil 9.4.0. tifffile, ImageSharp, ImageMagick, libvips, geotiff.js read the file.
# LeafSeg   does not read TIFF with Pillow; convert multispectral captures with tifffile or libvips.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-pil 9.4.0
deb python3-tifffile 20230203
python - <<'PY'
from tiff import write
pixels = [1000, 20000, 60000, 2000, 21000, 61000, 3000, 22000, 62000, 4000, 23000, 63000]
write("planes16.tif", 2, 2, 16, 2, "H", pixels, samples=3, planar=True)
write("mixed16.tif", 2, 2, 16, 2, "H", pixels, samples=3)
write("planes8.tif", 2, 2, 8, 2, "B", [v // 256 for v in pixels], samples=3, planar=True)
PY
pixels_of() { python -c 'import sys; from PIL import Image; print(*list(Image.open(sys.argv[1]).getdata())[:2])' "$1"; }
saw "8 bits, planes" "(3, 78, 234) (7, 82, 238)" "$(pixels_of planes8.tif)"
saw "16 bits, interleaved" "(3, 78, 234) (7, 82, 238)" "$(pixels_of mixed16.tif)"
saw "16 bits, planes" "(232, 32, 96) (3, 78, 234)" "$(pixels_of planes16.tif)"
saw "16 bits, planes, tifffile" "[1000, 20000, 60000]" "$(python -c 'import tifffile; print(tifffile.imread("planes16.tif")[:, 0, 0].tolist())')"
finish
