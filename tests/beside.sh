#!/usr/bin/env bash
# The agent of this checkout beside that of an earlier commit, in turn on one machine with one model: edge to recorded result,
# start to ready, processor and memory at rest. Give the load with the figures: they need a quiet machine.
#
#   tests/beside.sh 9d7eaeb [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

commit=${1:?"usage: tests/beside.sh COMMIT [ROUNDS]"} rounds=${2:-3}
old=$(mktemp -d)
trap 'git worktree remove --force "$old"' EXIT
git worktree add --quiet --detach "$old" "$commit"

# Both with the earlier model, which both can read.
model=$(ls "$old"/deploy/models/leafseg-*.onnx | sort -V | tail -n 1)
for tree in "$old" .; do
  dotnet build "$tree/tests/Benchmarks" --configuration Release --nologo --verbosity quiet >/dev/null
done

for round in $(seq "$rounds"); do
  for tree in "$old" .; do
    [ "$tree" = . ] && name=now || name=$commit
    echo "== round $round, $name, load $(cut -d ' ' -f 1 /proc/loadavg)"
    "$tree/tests/Benchmarks/bin/Release/net10.0/LeafSeg.Benchmarks" capture "$model" 40
    "$tree/tests/Benchmarks/bin/Release/net10.0/LeafSeg.Benchmarks" rest "$model" 30
  done
done
