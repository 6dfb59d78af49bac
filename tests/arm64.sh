#!/usr/bin/env bash
# Runs the arm64 package on an emulated processor (QEMU's user mode) with Debian 12's libraries for arm64: the shipped models are proven, that is, they
# find the leaves that they found on x86-64, without OpenCV's native library; and what needs OpenCV says so. Ends with a line "N passed, N failed".
#
#   tests/arm64.sh [--deb FILE]      FILE: a package that is there already; otherwise deploy/package.sh --arch arm64 builds it
#
# LEAFSEG_ARM64_CACHE names the folder that keeps the libraries (~/.cache/leafseg-arm64; 250 MB). Needs root, for debootstrap.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
deb=
while [ $# -gt 0 ]; do
  case $1 in
    --deb) deb=$(readlink -f "${2:-}"); shift 2 ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "arm64.sh: found \"$1\", expected --deb FILE or --help" >&2; exit 2 ;;
  esac
done
"$repository/deploy/prerequisites.sh" debootstrap file qemu-user-static
cache=${LEAFSEG_ARM64_CACHE:-$HOME/.cache/leafseg-arm64}
mkdir -p "$cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -e "$cache/root/usr/lib/aarch64-linux-gnu/libssl.so.3" ]; then
  echo "Debian's libraries for arm64 (a minute)" >&2
  rm -rf "$cache/root"
  # Unpacked and not installed: nothing of it need run.
  debootstrap --foreign --arch=arm64 --variant=minbase --include=ca-certificates,libssl3,tzdata bookworm "$cache/root" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
  for package in "$cache"/root/var/cache/apt/archives/*.deb; do dpkg -x "$package" "$cache/root"; done
fi
# ONNX Runtime asks the kernel's files for the processor, and QEMU would show it the host's.
mkdir -p "$cache/root/proc"
for ((i = 0; i < $(nproc); i++)); do
  printf 'processor\t: %d\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp\n' "$i"
  printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\n\n'
done >"$cache/root/proc/cpuinfo"
[ -n "$deb" ] || deb=$("$repository/deploy/package.sh" --arch arm64 --out "$work/deb")
dpkg -x "$deb" "$work/root"

passed=0 failed=0
agent() { env HOME="$work" qemu-aarch64-static -cpu cortex-a76 -L "$cache/root" "$work/root/usr/lib/leafseg/leafseg-agent" "$@"; }
# ends CODE WHAT TEXT COMMAND...: with this exit code and this text.
ends() {
  local expected=$1 what=$2 text=$3 code=0 written
  shift 3
  written=$("$@" 2>&1) || code=$?
  if [ "$code" -eq "$expected" ] && [[ $written == *"$text"* ]]; then
    passed=$((passed + 1)) && echo "ok $what"
  else
    failed=$((failed + 1)) && printf 'not ok %s: exit code %s, expected %s and "%s"\n%s\n' "$what" "$code" "$expected" "$text" "$(tail -n 15 <<<"$written" | sed 's/^/#   /')"
  fi
}

ends 0 "the package is for arm64" arm64 dpkg-deb --field "$deb" Architecture
ends 0 "the program is" "ARM aarch64" file --brief "$work/root/usr/lib/leafseg/leafseg-agent"
ends 0 "it starts" "$(dpkg-deb --field "$deb" Version)" agent --version
ends 0 "check-config" "right" agent check-config "$repository/deploy/leafseg-agent.json"
ends 1 "the release client" "cannot be" agent tuf --metadata-dir "$work/trusted" --metadata-url "$work/absent" refresh
for model in "$work"/root/usr/lib/leafseg/models/leafseg-*.onnx "$work"/root/usr/lib/leafseg/models/float32/leafseg-*.onnx; do
  ends 0 "${model#"$work"/root/usr/lib/leafseg/} finds the leaves that it found on x86-64" "proven" agent prove "$model"
done
mkdir "$work/pictures"
cp "$repository"/deploy/models/leafseg-*.jpg "$work/pictures/"
ends 9 "the doctor says that OpenCV is missing" "OpenCV's native library libOpenCvSharpExtern.so is missing" agent doctor --frames "$work/pictures" --broker embedded --state "$work/state"
ends 7 "a run says so, with the machine's exit code" "OpenCV's native library libOpenCvSharpExtern.so is missing" agent run --frames "$work/pictures" --broker embedded --state "$work/state" --captures 1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
