#!/usr/bin/env bash
# Shows LeafSeg at work: a rendered plant grows, a simulated GPIO line asks for a picture every second, the agent finds
# the leaves, and publishes their number and areas to an MQTT broker inside the program. Needs the .NET SDK; installs the rest.
#
#   deploy/demo.sh                 goes on until Ctrl-C
#   deploy/demo.sh --captures 20   ends after 20 results; returns 0 only if all were published and acknowledged
#
# Further arguments go to "leafseg-agent simulate" (see its --help): --every 0.5, --status-port 9000, ...
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/prerequisites.sh libatomic1 libdrm2 libgtk-3-0

echo "Building" >&2
dotnet build EdgeAgent --configuration Release --nologo --verbosity quiet -clp:NoSummary

exec EdgeAgent/bin/Release/net10.0/leafseg-agent simulate --pictures 60 "$@"
