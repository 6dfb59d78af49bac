#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test and ends with a line "N passed, N failed, N skipped".
# Arguments go to 'dotnet test', for example: tests/run.sh --filter FullyQualifiedName~Synthesis
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/prerequisites.sh libgtk-3-0 mosquitto mosquitto-clients python3-jsonschema

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
dotnet build LeafSeg.sln --configuration Release --nologo --verbosity quiet

status=0
for project in Common.Tests ModelTraining.Tests EdgeAgent.Tests EndToEnd; do
  dotnet test "tests/$project" --configuration Release --no-build --nologo \
    --logger "trx;LogFileName=$project.trx" --results-directory "$results" "$@" || status=1
done

counters() { # sums one counter of all result files
  grep --no-filename --only-matching "<Counters [^>]*" "$results"/*.trx | grep --only-matching " $1=\"[0-9]*\"" | grep --only-matching '[0-9]*' \
    | awk '{ sum += $1 } END { print sum + 0 }'
}
total=$(counters total) passed=$(counters passed) executed=$(counters executed)
failed=$((executed - passed)) skipped=$((total - executed))
[ "$failed" -eq 0 ] && [ "$status" -ne 0 ] && failed=1 # a test program that died counts as a failure
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
