#!/usr/bin/env bash
# Runs every case, or those that /hil/cases names, each with the rig as it was set up at first.
set -uo pipefail
. /hil/guest/rig.sh
setUpMachine
names=$(grep . /hil/cases || ls /hil/guest/cases)
for name in $names; do
  echo "# $name"
  (. "/hil/guest/cases/${name%.sh}.sh") || notOk "$name: ended by an error"
  tearDown
done
echo done
