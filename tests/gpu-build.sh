#!/usr/bin/env bash
# Publishes the agent for a GPU and starts it with none to be seen: it must fall back to the processor and say why.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/prerequisites.sh libatomic1 libdrm2 libgtk-3-0

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet publish EdgeAgent --configuration Release --nologo --verbosity quiet -p:OnnxRuntime=gpu --output "$out"
said=$(CUDA_VISIBLE_DEVICES=-1 LEAFSEG_model__provider=cuda "$out/leafseg-agent" prove deploy/models/float32/leafseg-0.7.0.onnx)
echo "$said"
if ! grep --quiet 'on CPU (CUDA cannot be used: ' <<<"$said" || grep --quiet 'this build of ONNX Runtime has' <<<"$said"; then
  echo "Expected a build that has CUDA, proven on CPU, with the reason why CUDA cannot be used." >&2
  exit 1
fi
