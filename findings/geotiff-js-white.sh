#!/bin/bash
# geotiff.js: readRGB() makes white black in a WhiteIsZero picture, and white grey in a 1-bit mask
#
# Expected  readRGB() gives red, green and blue from 0 to 255, whatever the photometric interpretation.
# Happens   It scales by 256 instead of 255. A WhiteIsZero 0 becomes 256, which is stored as 0: white turns black, while its neighbour 1
#           gives 255. A BlackIsZero mask of one bit gives 0 and 128: white is mid grey. readRasters() gives the file's numbers.
# Seen      geotiff 3.0.5 (the reader of OpenLayers and many browser viewers of plant imagery).
# LeafSeg   does not use it; read masks with readRasters() and invert them yourself.
. "$(dirname "$0")/lib.sh"
npm_packages geotiff@3.0.5
python - <<'PY'
from tiff import write
write("grey.tif", 4, 1, 8, 0, "B", [0, 1, 128, 255])
write("mask.tif", 8, 1, 1, 1, "B", [0b10100000])
PY
cat > read.mjs <<'JS'
import { fromFile } from "geotiff";
for (const name of ["grey.tif", "mask.tif"]) {
  const image = await (await fromFile(name)).getImage();
  console.log([...(await image.readRGB({ interleave: true }))].filter((_, i) => i % 3 === 0).slice(0, 4).join(" "));
}
JS
mapfile -t out < <(node read.mjs)
saw "WhiteIsZero 0 1 128 255, as red" "0 255 128 1" "${out[0]}"
saw "1-bit mask 1 0 1 0, as red" "128 0 128 0" "${out[1]}"
finish
