#!/usr/bin/env bash
# Line and branch coverage by folder, measured by coverlet while a test project runs, compared with the floor in tests/coverage.tsv.
#
#   tests/coverage.sh [Common] [EdgeAgent] [ModelTraining] [--raise]      Common where none is named
#
# A folder below its floor fails (exit code 1). --raise writes what was reached where that is more: the floor only rises. It builds into
# folders of its own (bin/coverage, obj/coverage); 2 to 15 minutes. Needs python3.
set -euo pipefail
cd "$(dirname "$0")/.."

projects=() raise=""
for argument in "$@"; do
  case "$argument" in
    Common|EdgeAgent|ModelTraining) projects+=("$argument") ;;
    --raise) raise=--raise ;;
    --help|-h) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "coverage.sh: found \"$argument\", expected Common, EdgeAgent, ModelTraining or --raise" >&2; exit 2 ;;
  esac
done
[ ${#projects[@]} -gt 0 ] || projects=(Common)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for project in "${projects[@]}"; do
  dotnet build "tests/$project.Tests" --configuration Release --nologo --verbosity quiet -p:Coverage=true -p:RunAnalyzers=false
  assembly=LeafSeg.$project
  [ "$project" = EdgeAgent ] && assembly=leafseg-agent
  [ "$project" = ModelTraining ] && assembly=leafseg-train
  # Without an explicit exclusion coverlet.MTP 10.1.0 left out the libraries under test as well, and wrote an empty report.
  "tests/$project.Tests/bin/coverage/Release/net10.0/LeafSeg.$project.Tests" --results-directory "$work/$project" --progress off \
    --coverlet --coverlet-include "[$assembly]*" --coverlet-exclude "[xunit*]*" --coverlet-output-format cobertura
  report=$(find "$work/$project" -name 'coverage.cobertura*.xml' | head -n 1)
  [ -n "$report" ] || { echo "coverage.sh: coverlet wrote no report for $project" >&2; exit 1; }
  python3 tests/coverage.py "$project" "$report" $raise || status=1
done
exit "$status"
