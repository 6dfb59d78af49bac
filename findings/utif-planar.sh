#!/bin/bash
# utif2 (so jimp): a colour TIFF stored plane by plane gives a third of the picture, in wrong colours
#
# Expected  PlanarConfiguration 2 is read, or refused.
# Happens   Only the first plane is decoded, and its bytes are taken as interleaved red, green, blue: three neighbours of the red plane
#           become one pixel; two thirds of the picture are black. jimp hands it out without a warning.
# Seen      utif2 4.1.0 in jimp 1.6.1. sharp 0.35.5 reads the file rightly.
# LeafSeg   does not use it; line-scan and multispectral cameras write such files.
. "$(dirname "$0")/lib.sh"
npm_packages jimp@1.6.1 sharp@0.35.5
python -c 'from tiff import write; write("planes.tif", 3, 1, 8, 2, "B", [1, 101, 201, 2, 102, 202, 3, 103, 203], samples=3, planar=True)'
cat > read.mjs <<'JS'
import { Jimp } from "jimp";
import sharp from "sharp";
console.log([...(await Jimp.read("planes.tif")).bitmap.data].join(" "));
console.log([...(await sharp("planes.tif").raw().toBuffer())].join(" "));
JS
mapfile -t out < <(node read.mjs)
saw "utif2 in jimp 1.6.1" "4.1.0" "$(node -p 'require("utif2/package.json").version' 2>/dev/null || node -p 'JSON.parse(require("fs").readFileSync("node_modules/utif2/package.json")).version')"
saw "jimp (RGBA)" "1 2 3 255 0 0 0 255 0 0 0 255" "${out[0]}"
saw "sharp (RGB)" "1 101 201 2 102 202 3 103 203" "${out[1]}"
finish
