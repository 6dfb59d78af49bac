#!/usr/bin/env bash
# Looks at a Jetson and says what LeafSeg will miss. Changes nothing. Exit codes: 0 nothing is missing, 1 something is, 2 the command line is wrong.
# Not tried on a Jetson yet: on another machine it says so.
set -uo pipefail
[ $# -eq 0 ] || { sed -n '2,3s/^# //p' "$0"; [ "$1" = --help ] && exit 0 || exit 2; }

missing=0
well() { echo "well  $*"; }
ill() { echo "ILL   $*" && missing=1; }
has() { command -v "$1" >/dev/null && well "$1" || ill "$1: not found; install $2"; }

model=$(cat /proc/device-tree/model 2>/dev/null | tr -d '\0')
[[ $model == *Jetson* || $model == *Orin* ]] && well "device     $model" || ill "device: found \"${model:-$(uname -m)}\", expected a Jetson"
release=$(head -n 1 /etc/nv_tegra_release 2>/dev/null)
[[ $release == *"R36"* ]] && well "JetPack 6  $release" || ill "JetPack: found \"${release:-no /etc/nv_tegra_release}\", expected R36 (JetPack 6)"
has gpiodetect gpiod
gpiodetect 2>/dev/null | grep -q tegra234-gpio && well "chip tegra234-gpio" || ill "chip tegra234-gpio: not found (gpiodetect)"
has gst-launch-1.0 gstreamer1.0-tools
gst-inspect-1.0 nvarguscamerasrc >/dev/null 2>&1 && well "nvarguscamerasrc" || ill "nvarguscamerasrc: not found; install nvidia-l4t-gstreamer"
systemctl --quiet is-active nvargus-daemon 2>/dev/null && well "nvargus-daemon" || ill "nvargus-daemon: not running; no CSI camera without it"
has nvpmodel nvidia-l4t-nvpmodel
ldconfig -p | grep -q 'libcudart\.so' && well "CUDA" || ill "CUDA: no libcudart.so; install nvidia-jetpack"
ldconfig -p | grep -q 'libnvinfer\.so' && well "TensorRT" || ill "TensorRT: no libnvinfer.so; install nvidia-jetpack"
ls /usr/lib/leafseg/libonnxruntime_providers_tensorrt.so >/dev/null 2>&1 && well "ONNX Runtime for the GPU" ||
  ill "ONNX Runtime computes on the processor only; see README.md, section 5"
ls /usr/lib/leafseg/libOpenCvSharpExtern.so >/dev/null 2>&1 && well "OpenCV" || ill "OpenCV: no libOpenCvSharpExtern.so in /usr/lib/leafseg; see README.md, section 1"
exit "$missing"
