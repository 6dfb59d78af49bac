#!/usr/bin/env bash
# Runs the cases that /hil/cases names, each with the rig as it was set up at first.
set -uo pipefail
. /hil/guest/rig.sh
setUpMachine
while read -r name; do
  [ "$name" = 00-first-picture ] || install
  echo "# $name"
  (. "/hil/guest/cases/$name.sh") || notOk "$name: ended by an error"
  tearDown
done </hil/cases
echo done
