#!/bin/bash
# sharp: a five-band multispectral TIFF comes out as seven channels
#
# Expected  metadata() says channels 5, so raw() has five numbers a pixel (or three after conversion to sRGB), and extractChannel(1) is the
#           second band.
# Happens   The first band is taken as grey and repeated three times, the other four are kept: seven channels, 0 0 0 1 2 3 4. extractChannel(1)
#           is the first band again. Code that trusts metadata().channels for the stride reads every later pixel from the wrong place.
#           A TIFF that sharp writes from it has seven channels, which sharp then refuses to read ("exceeds channel limit").
# Seen      sharp 0.35.5 (libvips 8.18.7); a TIFF with PhotometricInterpretation 1 and four ExtraSamples, as MicaSense-like exports have.
# LeafSeg   works on three channels.
. "$(dirname "$0")/lib.sh"
npm_packages sharp@0.35.5
python -c 'from tiff import write; write("five.tif", 2, 1, 8, 1, "B", range(10), samples=5, tags=[(338, "H", [0, 0, 0, 0])])'
cat > read.mjs <<'JS'
import sharp from "sharp";
console.log((await sharp("five.tif").metadata()).channels);
for (const image of [sharp("five.tif"), sharp("five.tif").extractChannel(1)]) {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  console.log(`${info.channels}: ${[...data].join(" ")}`);
}
const written = await sharp("five.tif").tiff({ compression: "none" }).toBuffer();
console.log(await sharp(written).metadata().then(m => m.channels, e => e.message));
JS
mapfile -t out < <(node read.mjs)
saw "metadata().channels" "5" "${out[0]}"
saw "raw()" "7: 0 0 0 1 2 3 4 5 5 5 6 7 8 9" "${out[1]}"
saw "extractChannel(1)" "1: 0 5" "${out[2]}"
saw "its own TIFF" "Input image exceeds channel limit" "${out[3]}"
finish
