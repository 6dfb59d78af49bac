#!/bin/bash
# ImageSharp: half and double floats in a TIFF are read as if they were integers
#
# Expected  A SampleFormat that the decoder does not know is an error: for signed integers it is ("only supports the UnsignedInteger and
#           Float SampleFormat"). 32-bit floats are read, 0..1 as black to white.
# Happens   16-bit and 64-bit floats pass the check and their bits are taken as integers: a grey ramp 0 .25 .5 1 comes out as
#           0 52 56 60 of 255 from halves. No exception, no warning. FillOrder 2 (least significant bit first) is passed over as well: each
#           group of eight pixels of a 1-bit mask is mirrored.
# Seen      SixLabors.ImageSharp 2.1.13. tifffile, libvips, ImageMagick and geotiff.js read halves; libtiff, OpenCV and ImageMagick FillOrder 2.
# LeafSeg   does not use it; check the type of float maps (height, vegetation index) before a .NET tool reads them.
. "$(dirname "$0")/lib.sh"
python - <<'PY'
from tiff import write
write("half.tif", 4, 1, 16, 1, "e", [0, .25, .5, 1])
write("float.tif", 4, 1, 32, 1, "f", [0, .25, .5, 1])
write("double.tif", 4, 1, 64, 1, "d", [0, .25, .5, 1])
write("signed.tif", 4, 1, 16, 1, "h", [0, 1, 2, 3])
write("mask.tif", 8, 1, 1, 1, "B", [0b11110000], tags=[(266, "H", [2])])
PY
cat > read.cs <<'CS'
#:package SixLabors.ImageSharp@2.1.13
#:property PublishAot=false
#:property NoWarn=NU1901;NU1902;NU1903
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

foreach (string name in args)
{
    try
    {
        using var image = Image.Load<L8>(name);
        Console.WriteLine(string.Join(' ', Enumerable.Range(0, image.Width).Select(x => image[x, 0].PackedValue)));
    }
    catch (NotSupportedException e)
    {
        Console.WriteLine(e.GetType().Name);
    }
}
CS
mapfile -t out < <(cs read.cs float.tif half.tif double.tif signed.tif mask.tif)
saw "float 0 .25 .5 1" "0 64 128 255" "${out[0]}"
saw "half 0 .25 .5 1" "0 52 56 60" "${out[1]}"
saw "double 0 .25 .5 1" "0 0 0 255" "${out[2]}"
saw "signed" "NotSupportedException" "${out[3]}"
saw "FillOrder 2, 00001111 as libtiff reads it" "255 255 255 255 0 0 0 0" "${out[4]}"
finish
