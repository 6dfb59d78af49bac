#!/bin/bash
# A float TIFF from 0 to 1 as 8-bit PNG: black, or a picture, by tool
#
# Expected  A map with values 0..1 (a probability, NDVI, a normalised picture) is scaled to 0..255 when it becomes an 8-bit PNG.
# Happens   sharp cuts off the fractions: everything below 1 is 0. Magick.NET and ImageSharp multiply by 255. OpenCV with IMREAD_COLOR gives
#           an empty Mat. Another kind of map, 0..255 as floats, is right in sharp and white in the other two.
# Seen      sharp 0.35.5 (libvips 8.18.7), Magick.NET-Q8-AnyCPU 15.1.0, SixLabors.ImageSharp 2.1.13, OpenCvSharp4 4.13.0.20260627.
# LeafSeg   writes probability maps as 8 bits itself.
. "$(dirname "$0")/lib.sh"
npm_packages sharp@0.35.5
python - <<'PY'
from tiff import write
write("unit.tif", 3, 1, 32, 1, "f", [0, .5, 1])
write("byte.tif", 3, 1, 32, 1, "f", [0, 128, 255])
PY
cat > read.mjs <<'JS'
import sharp from "sharp";
for (const name of ["unit.tif", "byte.tif"]) {
  const png = await sharp(name).png().toBuffer();
  console.log([...(await sharp(png).extractChannel(0).raw().toBuffer())].join(" "));
}
JS
cat > read.cs <<'CS'
#:package Magick.NET-Q8-AnyCPU@15.1.0
#:package SixLabors.ImageSharp@2.1.13
#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
#:property NoWarn=NU1901;NU1902;NU1903
using ImageMagick;
using SixLabors.ImageSharp.PixelFormats;

foreach (string name in args)
{
    using var magick = new MagickImage(name);
    using IPixelCollection<byte> pixels = magick.GetPixels();
    using var sharp = SixLabors.ImageSharp.Image.Load<L8>(name);
    using OpenCvSharp.Mat mat = OpenCvSharp.Cv2.ImRead(name, OpenCvSharp.ImreadModes.Color);
    Console.WriteLine($"Magick {string.Join(' ', Enumerable.Range(0, 3).Select(x => pixels.GetPixel(x, 0).GetChannel(0)))}, " +
        $"ImageSharp {string.Join(' ', Enumerable.Range(0, 3).Select(x => sharp[x, 0].PackedValue))}, OpenCV {(mat.Empty() ? "empty" : "read")}");
}
CS
mapfile -t out < <(node read.mjs; cs read.cs unit.tif byte.tif 2>/dev/null)
saw "0 .5 1, sharp" "0 0 1" "${out[0]}"
saw "0 128 255, sharp" "0 128 255" "${out[1]}"
saw "0 .5 1, others" "Magick 0 128 255, ImageSharp 0 128 255, OpenCV empty" "${out[2]}"
saw "0 128 255, others" "Magick 0 255 255, ImageSharp 0 255 255, OpenCV empty" "${out[3]}"
finish
