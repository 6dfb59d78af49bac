#!/bin/bash
# OpenCV: imwritemulti writes a GIF of one second a frame, and the parameter of its speed changes nothing
#
# Expected  A list of pictures written to film.gif plays at about ten frames a second, or as IMWRITE_GIF_SPEED says.
# Happens   Every frame lasts 1.00 s. IMWRITE_GIF_SPEED (1025) is taken from 1 to 100 without a word, and the file is the same byte for byte.
# Seen      OpenCvSharp4 4.13.0.20260627 (OpenCV 4.13), Cv2.ImWrite with several pictures.
# LeafSeg   writes the delays into the file itself (GifFilm).
. "$(dirname "$0")/lib.sh"
deb ffmpeg 7:5.1
cat > write.cs <<'CS'
#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
using OpenCvSharp;

Mat[] frames = [.. Enumerable.Range(0, 3).Select(i => new Mat(48, 64, MatType.CV_8UC3, new Scalar(80 * i, 40, 200 - (60 * i))))];
Console.WriteLine(Cv2.ImWrite("plain.gif", frames));
foreach (int speed in new[] { 1, 10, 100 })
{
    Console.WriteLine(Cv2.ImWrite($"speed{speed}.gif", frames, new ImageEncodingParam((ImwriteFlags)1025, speed)));
}
CS
saw "written" "True True True True" "$(cs write.cs 2>/dev/null | xargs)"
times() { ffprobe -v error -show_entries packet=pts_time,duration_time -of csv=p=0 "$1" | xargs; }
saw "time and duration of the frames, s" "0.000000,1.000000 1.000000,1.000000 2.000000,1.000000" "$(times plain.gif)"
for speed in 1 10 100; do
  saw "the same file at speed $speed" yes "$(cmp -s plain.gif speed$speed.gif && echo yes || echo no)"
done
finish
