#!/bin/bash
# npm tiff (image-js): signed samples come out unsigned, halves as their bits, and a WhiteIsZero float map as 4294967296
#
# Expected  SampleFormat is honoured, or refused as 32-bit integers are ("Unsupported bitDepth: 32").
# Happens   int16 -1 is 65535 in a Uint16Array, half .5 is 14336, and float samples under PhotometricInterpretation 0 are "inverted" with
#           the largest 32-bit integer: .25 becomes 4294967295.75, rounded to 4294967296 for every pixel.
# Seen      tiff 7.1.3 (the decoder of image-js 1.7.0). geotiff.js 3.0.5 gives the right numbers of all three.
# LeafSeg   does not use it; temperature (int16) and height maps are such files.
. "$(dirname "$0")/lib.sh"
npm_packages tiff@7.1.3 geotiff@3.0.5
python - <<'PY'
from tiff import write
write("signed.tif", 3, 1, 16, 1, "h", [-1, 0, 1])
write("half.tif", 3, 1, 16, 1, "e", [0, .5, 1])
write("white.tif", 3, 1, 32, 0, "f", [0, .25, 1])
PY
cat > read.mjs <<'JS'
import { readFileSync } from "node:fs";
import { decode } from "tiff";
import { fromFile } from "geotiff";
for (const name of ["signed.tif", "half.tif", "white.tif"]) {
  const { data } = decode(readFileSync(name))[0];
  const other = await (await (await fromFile(name)).getImage()).readRasters({ interleave: true });
  console.log(`${data.constructor.name} ${[...data].join(" ")}; geotiff ${[...other].join(" ")}`);
}
JS
mapfile -t out < <(node read.mjs)
saw "int16" "Uint16Array 65535 0 1; geotiff -1 0 1" "${out[0]}"
saw "half" "Uint16Array 0 14336 15360; geotiff 0 0.5 1" "${out[1]}"
saw "float, WhiteIsZero" "Float32Array 4294967296 4294967296 4294967296; geotiff 0 0.25 1" "${out[2]}"
finish
