#!/bin/bash
# OpenCV: the labels of connectedComponents() are in reading order with 4 neighbours, and not with 8
#
# Expected  Label 1 is the component met first when the picture is read row by row, as with scipy.ndimage.label, skimage.measure.label and
#           OpenCV's own 4-connectivity; 8-connectivity, the default, changes what touches, not the order.
# Happens   With 8-connectivity the default algorithm works on blocks of 2 x 2 pixels: of two components the one that starts a row later and
#           further left gets the smaller number. "Leaf 1" is another leaf than in the other tools. CCL_SAUF (0) keeps the order in 4.6.
# Seen      OpenCvSharp4 4.13.0.20260627, Debian's python3-opencv 4.6.0.
# LeafSeg   numbers leaves by its own order, not by the labelling's.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb python3-scipy 1.10.1
cat > label.cs <<'CS'
#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
using OpenCvSharp;

using Mat picture = Mat.Zeros(2, 6, MatType.CV_8UC1).ToMat();
picture.Set<byte>(0, 4, 1);
picture.Set<byte>(1, 0, 1);
foreach (PixelConnectivity connectivity in new[] { PixelConnectivity.Connectivity4, PixelConnectivity.Connectivity8 })
{
    using var labels = new Mat();
    Cv2.ConnectedComponents(picture, labels, connectivity);
    Console.WriteLine($"{labels.At<int>(0, 4)} {labels.At<int>(1, 0)}");
}
CS
mapfile -t out < <(cs label.cs)
echo "           labels of the pixel in row 0, column 4 and of the one in row 1, column 0"
saw "4.13, 4 neighbours" "1 2" "${out[0]}"
saw "4.13, 8 neighbours" "2 1" "${out[1]}"
saw "4.6, 8 neighbours; CCL_SAUF; scipy" "2 1 1 2 1 2" "$(python -c '
import cv2, numpy, scipy.ndimage
p = numpy.zeros((2, 6), numpy.uint8); p[0, 4] = p[1, 0] = 1
a = cv2.connectedComponents(p, connectivity=8)[1]; b = cv2.connectedComponentsWithAlgorithm(p, 8, cv2.CV_32S, cv2.CCL_SAUF)[1]
c = scipy.ndimage.label(p, numpy.ones((3, 3)))[0]
print(*(int(l[at]) for l in (a, b, c) for at in ((0, 4), (1, 0))))')"
finish
