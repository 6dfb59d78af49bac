#!/usr/bin/env bash
# Shows LeafSeg at work: a rendered plant grows, a simulated GPIO line asks for a picture every second, the agent finds
# the leaves, and tells their number and areas to an MQTT broker of its own. Needs the .NET SDK; installs the rest.
#
#   deploy/demo.sh                 goes on until Ctrl-C
#   deploy/demo.sh --captures 20   ends after 20 results; returns 0 only if all were published and acknowledged
#
# Further arguments go to "leafseg-agent run" (see its --help): --interval 0.5, --status-port 9000, ...
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/prerequisites.sh libgtk-3-0

shopt -s nullglob
models=(deploy/models/leafseg-*.onnx)
if [ ${#models[@]} -eq 0 ]; then
  echo "deploy/models: found no leafseg-*.onnx, expected the model that belongs to this repository" >&2
  exit 4
fi

echo "Building" >&2
for project in ModelTraining EdgeAgent; do
  dotnet build "$project" --configuration Release --nologo --verbosity quiet -clp:NoSummary
done

# Kept for the next time; made anew when the renderer may have changed.
frames=out/demo/frames
if [ ! -e "$frames/done" ] || [ ModelTraining/bin/Release/net10.0/leafseg-train.dll -nt "$frames/done" ]; then
  echo "Rendering a time lapse of a growing plant" >&2
  rm -rf "$frames"
  ModelTraining/bin/Release/net10.0/leafseg-train synth --timelapse --count 60 --seed 10 --out "$frames" >/dev/null
  touch "$frames/done"
fi

# A state of its own for each run: the results of an earlier one are nobody's business here.
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
EdgeAgent/bin/Release/net10.0/leafseg-agent run \
  --frames "$frames" --pattern '*_rgb.png' --loop --broker embedded --site demo --plant arabidopsis --state "$state" "$@"
