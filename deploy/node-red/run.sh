#!/usr/bin/env bash
# Node-RED on this machine's loopback with a dashboard of all rigs at a broker: http://127.0.0.1:1880/dashboard/leafseg
#
#   deploy/node-red/run.sh [FOLDER]     installs into FOLDER (out/node-red) the first time; ends with Ctrl-C
#
# The broker is 127.0.0.1:1883; another is set in the node "broker of the rigs" (http://127.0.0.1:1880). Needs Node.js 22.
# In a Node-RED of your own: add @flowfuse/node-red-dashboard to its palette and import leafseg.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../out/node-red}
mkdir -p "$folder"
if [ ! -x "$folder/node_modules/.bin/node-red" ]; then
  npm install --prefix "$folder" --no-audit --no-fund node-red@5.0.7 @flowfuse/node-red-dashboard@1.31.0
fi

# A copy: what is changed in the editor stays there.
[ -e "$folder/leafseg.json" ] || cp "$here/leafseg.json" "$folder/leafseg.json"
exec "$folder/node_modules/.bin/node-red" --userDir "$folder" --port "${PORT:-1880}" -D uiHost=127.0.0.1 "$folder/leafseg.json"
