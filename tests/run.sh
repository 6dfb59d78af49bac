#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test and ends with a line "N passed, N failed, N skipped".
# Arguments go to each test program, for example: tests/run.sh -namespace "*Synthesis*"   (-? lists them)
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(aravis-tools aravis-tools-cli chromium ffmpeg gcc gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-tools libaravis-0.8-0 libatomic1 libc6-dev libdrm2 libgtk-3-0 libseccomp-dev mosquitto mosquitto-clients nginx-light openssl postgresql python3-gi python3-h5py python3-jsonschema python3-pandas python3-psycopg2 python3-sqlalchemy python3-torchvision qemu-user r-base-core r-cran-rpostgresql strace systemd)
# Node.js from elsewhere brings its own npm, and Debian's package would not install beside it.
command -v npm >/dev/null || packages+=(nodejs npm)
deploy/prerequisites.sh "${packages[@]}"

dotnet build LeafSeg.sln --configuration Release --nologo --verbosity quiet

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0
for project in Common.Tests ModelTraining.Tests EdgeAgent.Tests EndToEnd; do
  status=0
  "tests/$project/bin/Release/net10.0/LeafSeg.$project" -noColor -noLogo "$@" 2>&1 | tee "$log" || status=$?
  count() { { grep --only-matching "$1: [0-9]*" <<<"$summary" || echo 0; } | grep --only-matching '[0-9]*$'; }
  summary=$(grep 'Total: [0-9]' "$log" | tail -n 1 || true)
  bad=$(($(count Errors) + $(count Failed)))
  # A test program that dies without a word on what failed counts as a failure.
  [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  passed=$((passed + $(count Total) - $(count Failed) - $(count Skipped)))
  failed=$((failed + bad)) skipped=$((skipped + $(count Skipped)))
done

# The build for a GPU counts as one test.
if [ $# -eq 0 ]; then
  if tests/gpu-build.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "A skipped test proves nothing: in CI (CI=true) it counts as failed." >&2
  exit 1
fi
[ "$failed" -eq 0 ]
