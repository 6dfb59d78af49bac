#!/usr/bin/env bash
# Publishes the agent for a GPU and starts it with none to be seen: prove, doctor, log and info must say that it runs on the processor, and why.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/prerequisites.sh libatomic1 libdrm2 libgtk-3-0 mosquitto mosquitto-clients

out=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill "$broker"; rm -rf "$out"' EXIT
dotnet publish EdgeAgent --configuration Release --nologo --verbosity quiet -p:OnnxRuntime=gpu --output "$out/agent"
ls "$out"/agent/libonnxruntime_providers_{cuda,tensorrt}.so >/dev/null

export CUDA_VISIBLE_DEVICES=-1 LEAFSEG_statusPage__enabled=false LEAFSEG_model__provider=cuda LEAFSEG_stateFolder="$out/state"
agent=$out/agent/leafseg-agent

# The reason is CUDA's own, and not that this build has none.
expect() {
  if ! grep --quiet "$2" "$1" || grep --quiet 'this build of ONNX Runtime has' "$1"; then
    cat "$1" >&2
    echo "Expected \"$2\" from $3, with the reason why CUDA cannot be used." >&2
    exit 1
  fi
  grep --max-count 1 "$2" "$1"
}

"$agent" prove deploy/models/float32/leafseg-*.onnx >"$out/prove" 2>&1
expect "$out/prove" 'on CPU (CUDA cannot be used: .*lib[A-Za-z_]*\.so' prove

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mosquitto -p "$port" >"$out/mosquitto" 2>&1 &
broker=$!
"$agent" simulate --broker "127.0.0.1:$port" --captures 1 --pictures 1 >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
expect "$out/log" 'Not on the requested provider: CUDA cannot be used: .*lib[A-Za-z_]*\.so' "the log"
mosquitto_sub -p "$port" -t 'leafseg/v1/+/+/info' -C 1 -W 10 >"$out/info"
expect "$out/info" '"provider":"CPU","provider_note":"CUDA cannot be used: .*lib[A-Za-z_]*\.so' info

doctor=0
"$agent" doctor --frames deploy --broker "127.0.0.1:$port" >"$out/doctor" 2>&1 || doctor=$?
expect "$out/doctor" 'ILL .*provider .*CPU (CUDA cannot be used: .*lib[A-Za-z_]*\.so' doctor
if [ "$doctor" -ne 9 ]; then
  echo "Expected exit code 9 of doctor, found $doctor." >&2
  exit 1
fi
