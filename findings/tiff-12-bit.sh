#!/bin/bash
# A TIFF of packed 12-bit samples: the same file, numbers that differ by 16
#
# Expected  Readers that unpack BitsPerSample 12 (industrial cameras, Imaging Source, FLIR) give 0..4095, as TIFF stores them, or 8 bits.
# Happens   OpenCV gives a CV_16U that is 16 times as large (4095 becomes 65520), Pillow and geotiff.js a 16-bit picture with 0..4095.
#           OpenCV does not document it; with IMREAD_COLOR it gives an empty Mat. libvips (so sharp) refuses the file.
# Seen      OpenCvSharp4 4.13.0.20260627, python3-opencv 4.6.0, python3-pil 9.4.0, geotiff 3.0.5, sharp 0.35.5.
# LeafSeg   takes its pictures from the camera's 8-bit formats; a reflectance or dark threshold must not be carried between these tools.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb python3-pil 9.4.0
npm_packages geotiff@3.0.5 sharp@0.35.5
python - <<'PY'
from tiff import write_strips
# 0, 256, 4095, 1000: two samples in three bytes
write_strips("12.tif", 4, 1, 12, 1, "H", [bytes([0x00, 0x01, 0x00, 0xff, 0xf3, 0xe8])])
PY
mapfile -t out < <(cs "$HERE/imread.cs" read Unchanged 12.tif read Color 12.tif 2>/dev/null)
saw "OpenCV 4.13" "CV_16UC1 4x1 0 4096 65520 16000" "${out[0]}"
saw "OpenCV 4.13, IMREAD_COLOR" "empty" "${out[1]}"
saw "OpenCV 4.6" "[0, 4096, 65520, 16000]" "$(python -c 'import cv2; print(cv2.imread("12.tif", -1)[0].tolist())')"
saw "Pillow" "[0, 256, 4095, 1000]" "$(python -c 'from PIL import Image; print(list(Image.open("12.tif").getdata()))')"
cat > read.mjs <<'JS'
import { fromFile } from "geotiff";
import sharp from "sharp";
console.log([...(await (await (await fromFile("12.tif")).getImage()).readRasters({ interleave: true }))].join(" "));
console.log(await sharp("12.tif").raw().toBuffer().then(() => "read", () => "refused"));
JS
saw "geotiff.js, sharp" "0 256 4095 1000 refused" "$(node read.mjs | xargs)"
finish
