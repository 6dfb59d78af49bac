#!/bin/bash
# Magick.NET: the pixels of an 8-bit grey PNG come in twos
#
# Expected  GetPixels() of a grey picture without alpha has one channel, so ToArray() has width x height numbers.
# Happens   PNG of 1 to 8 bits is held as a palette, and the index counts as a channel: 0 0 1 1 2 2 ...; the same picture as TIFF, or as a
#           16-bit PNG, has one channel. Code that steps through ToArray() by one reads a picture stretched to twice its width.
# Seen      Magick.NET-Q8-AnyCPU 15.1.0. ToByteArray("R") asks for one channel by name and is right for all.
# LeafSeg   does not use it.
. "$(dirname "$0")/lib.sh"
deb python3-pil 9.4.0
python - <<'PY'
from PIL import Image
from tiff import write
write("grey.tif", 3, 1, 8, 1, "B", [0, 1, 2])
Image.open("grey.tif").save("grey.png")
PY
cat > read.cs <<'CS'
#:package Magick.NET-Q8-AnyCPU@15.1.0
#:property PublishAot=false
using ImageMagick;

foreach (string name in args)
{
    using var image = new MagickImage(name);
    using IPixelCollection<byte> pixels = image.GetPixels();
    Console.WriteLine($"{pixels.Channels}: {string.Join(' ', pixels.ToArray()!)}; {string.Join(' ', pixels.ToByteArray("R")!)}");
}
CS
mapfile -t out < <(cs read.cs grey.tif grey.png)
saw "TIFF" "1: 0 1 2; 0 1 2" "${out[0]}"
saw "PNG" "2: 0 0 1 1 2 2; 0 1 2" "${out[1]}"
finish
