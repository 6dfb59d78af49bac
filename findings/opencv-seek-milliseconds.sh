#!/bin/bash
# OpenCV: seeking by time in a time lapse with a gap lands on another frame, or on none
#
# Expected  set(CAP_PROP_POS_MSEC, t) goes to the frame that is shown at t; get() after read() gives the times rightly: 0, 1, 2, 12, 13 s.
# Happens   The time is turned into a frame number by the mean rate. In a film of 14 s with a gap of 10 s, 2.5 s gives the frame of 12 s, and from
#           about a third of the film on there is nothing to read. In MKV and AVI the mean rate is taken for the frame rate of the stream:
#           CAP_PROP_FRAME_COUNT says 326 for five frames, and 1.5 s is already past the end.
# Seen      OpenCvSharp4 4.13.0.20260627 (its FFmpeg back end). ffmpeg -ss goes by the times of the frames.
# LeafSeg   reads pictures, not films; read from the start and compare times.
. "$(dirname "$0")/lib.sh"
deb ffmpeg 7:5.1
{
    echo "ffconcat version 1.0"
    for i in 0 1 2 3 4; do
        ffmpeg -v error -f lavfi -i "color=c=$(printf '0x%02x%02x%02x' $((i * 50)) $((i * 50)) $((i * 50))):s=64x48" -frames:v 1 $i.png </dev/null
        echo "file $i.png"
        echo "duration $((i == 2 ? 10 : 1))"
    done
} >list.txt
ffmpeg -v error -f concat -i list.txt -fps_mode vfr -c:v libx264 -pix_fmt yuv420p film.mp4
for kind in mkv avi; do ffmpeg -v error -f concat -i list.txt -fps_mode vfr -c:v mjpeg -pix_fmt yuvj420p film.$kind; done
cat > read.cs <<'CS'
#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
using OpenCvSharp;

foreach (string name in args)
{
    using var film = new VideoCapture(name);
    using var frame = new Mat();
    var times = new List<double>();
    while (film.Read(frame))
    {
        times.Add(film.PosMsec / 1000);
    }

    var found = new List<string>();
    foreach (double seconds in new[] { 0, 1.5, 2.5, 5, 11.5, 12.5 })
    {
        using var again = new VideoCapture(name);
        again.Set(VideoCaptureProperties.PosMsec, seconds * 1000);
        found.Add(again.Read(frame) ? $"{Math.Round(frame.At<Vec3b>(5, 5).Item0 / 50.0)}" : "none");
    }

    Console.WriteLine($"{film.FrameCount} frames at {string.Join(' ', times)}; at 0 1.5 2.5 5 11.5 12.5 s: {string.Join(' ', found)}");
}
CS
mapfile -t out < <(cs read.cs film.mp4 film.mkv film.avi 2>/dev/null)
saw "MP4 (right: 0 1 2 2 2 3)" "5 frames at 0 1 2 12 13; at 0 1.5 2.5 5 11.5 12.5 s: 0 2 3 none none none" "${out[0]}"
saw "MKV" "326 frames at 0 1 2 12 13; at 0 1.5 2.5 5 11.5 12.5 s: 0 none none none none none" "${out[1]}"
saw "AVI" "326 frames at 0 1 2 12 13; at 0 1.5 2.5 5 11.5 12.5 s: 0 none none none none none" "${out[2]}"
finish
