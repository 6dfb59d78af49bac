#!/bin/bash
# OpenCV: VideoWriter keeps a rate to a thousandth of a frame a second, so ten minutes a frame become 500 seconds
#
# Expected  VideoWriter(fps = 1/600.0) writes one frame every 600 s, or refuses the rate.
# Happens   The rate is rounded to three decimals: .0017 becomes .002 and the film of a season runs 20 % fast; nothing is said. The same holds for
#           MP4, AVI and MKV, so it is not the container. .0004 (one frame in 40 minutes) opens as well.
# Seen      OpenCvSharp4 4.13.0.20260627 (its FFmpeg back end). ffmpeg -framerate 1/600 writes what it is asked for.
# LeafSeg   writes its films as GIF, at a usual rate, with the times beside them.
. "$(dirname "$0")/lib.sh"
deb ffmpeg 7:5.1
cat > write.cs <<'CS'
#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
using OpenCvSharp;

foreach (string name in new[] { "film.mp4", "film.avi", "film.mkv" })
{
    using var writer = new VideoWriter(name, FourCC.FromString(name.EndsWith("avi") ? "MJPG" : "mp4v"), 1 / 600.0, new Size(64, 48));
    using Mat frame = Mat.Zeros(48, 64, MatType.CV_8UC3).ToMat();
    for (int i = 0; i < 3; i++)
    {
        writer.Write(frame);
    }

    Console.WriteLine(writer.IsOpened());
}
CS
saw "opened" "True True True" "$(cs write.cs 2>/dev/null | xargs)"
times() { ffprobe -v error -show_entries packet=pts_time -of csv=p=0 "$1" | cut -d. -f1 | xargs; }
for kind in mp4 avi mkv; do saw "times of the frames, s, $kind" "0 500 1000" "$(times film.$kind)"; done
ffmpeg -v error -f lavfi -i color=s=64x48:r=1/600 -frames:v 3 -c:v mpeg4 right.mp4
saw "ffmpeg -r 1/600" "0 600 1200" "$(times right.mp4)"
finish
