#!/bin/bash
# OpenCV 4.6 of Debian 12: the times of frames are wrong of H.264 in MKV, and at the end of a film with B frames
#
# Expected  CAP_PROP_POS_MSEC after read() is the time of that frame, as in 4.13.
# Happens   For H.264 without B frames (hardware encoders, zerolatency) in MKV it is about -9.2e18: a missing time, taken as a number. With B frames
#           (x264's default), in MKV and MP4, the last two frames have time 0: so has the newest picture.
# Seen      Debian 12's python3-opencv 4.6.0 with its FFmpeg 5.1. OpenCvSharp4 4.13.0.20260627 gives both rightly.
# LeafSeg   takes times from its own clock.
. "$(dirname "$0")/lib.sh"
deb python3-numpy 1:1.24.2
deb python3-opencv 4.6.0
deb ffmpeg 7:5.1
ffmpeg -v error -f lavfi -i testsrc=s=64x48:r=1 -frames:v 5 -c:v libx264 -pix_fmt yuv420p -bf 0 film.mkv
ffmpeg -v error -f lavfi -i testsrc=s=64x48:r=1 -frames:v 5 -c:v libx264 -pix_fmt yuv420p film.mp4
cat > times.py <<'PY'
import cv2, sys
film, times = cv2.VideoCapture(sys.argv[1]), []
while film.read()[0]:
    times.append(film.get(cv2.CAP_PROP_POS_MSEC) / 1000)
print(*("%.0f" % t if t >= 0 else "below -9e15" if t < -9e15 else t for t in times))
PY
saw "H.264 without B frames in MKV, s" "below -9e15 below -9e15 below -9e15 below -9e15 below -9e15" "$(python times.py film.mkv)"
saw "H.264 with B frames in MP4, s" "0 1 2 0 0" "$(python times.py film.mp4)"
finish
