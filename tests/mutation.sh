#!/usr/bin/env bash
# Mutation score by Stryker.NET: the share of small changes to the code ("mutants") that a test notices. Fails below 85 %.
#
#   tests/mutation.sh LeafMap|Metrics|Tuf|Outbox|Updates [further options of Stryker]
#
# Minutes to an hour for each, on two cores. The report with every mutant that survived is in out/mutation/PART.
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:-}
case "$part" in
  LeafMap) source=Common files=(Segmentation/LeafMap.cs) ;;
  Tuf) source=Common files=('Tuf/**/*.cs') ;;
  Metrics) source=ModelTraining files=('Metrics/**/*.cs') ;;
  Outbox) source=EdgeAgent files=('Outbox/**/*.cs') ;;
  Updates) source=EdgeAgent files=('Updates/**/*.cs') ;;
  -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$0"; exit 0 ;;
  *) echo "mutation.sh: found \"$part\", expected LeafMap, Metrics, Tuf, Outbox or Updates" >&2; exit 2 ;;
esac
shift
dotnet tool restore --verbosity quiet
cd tests/Mutation
rm -rf bin obj
Part=$part dotnet stryker --test-runner mtp --project "$source.csproj" "${files[@]/#/--mutate=}" \
  --configuration Release --threshold-high 90 --threshold-low 85 --break-at 85 --concurrency 2 --skip-version-check \
  --reporter cleartext --reporter json --reporter html --output "$PWD/../../out/mutation/$part" "$@"
