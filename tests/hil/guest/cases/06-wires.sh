# What the camera and the light see of a capture: pulses of at least the width that was asked for, and the line that proves the exposure.
addChip rig
writeSettings '{ "camera": { "wires": { "chip": "rig",
  "trigger": { "line": 8, "delayMs": 5, "widthMs": 20 }, "strobe": { "lineName": "STROBE", "widthMs": 60 },
  "exposureActive": { "line": 9, "withinMs": 2000 } } } }'
/hil/lines mirror "$(lineOf rig 8)/value" "$(lineOf rig 9)/pull" &
camera=$!
startAgent
checkWithin 240 "ready" agentIsReady || return
/hil/lines watch 600 "$(lineOf rig 8)/value" >/run/hil/trigger &
watchTrigger=$!
/hil/lines watch 600 "$(lineOf rig 7)/value" >/run/hil/strobe &
watchStrobe=$!
for i in 1 2 3 4 5; do
  pulse rig 5 20
  checkWithin 60 "capture $i" capturesAre "$i"
done
check "5 trigger pulses" test "$(wc -l </run/hil/trigger)" -eq 5
check "5 strobes" test "$(wc -l </run/hil/strobe)" -eq 5
# The simulated line is looked at five thousand times a second at best, and the emulated processor may be late.
check "a trigger of 20 ms lasts 19 to 60 ms: $(xargs </run/hil/trigger)" awk '$2 < 19 || $2 > 60 { exit 1 }' /run/hil/trigger
check "a strobe of 60 ms lasts 59 to 120 ms: $(xargs </run/hil/strobe)" awk '$2 < 59 || $2 > 120 { exit 1 }' /run/hil/strobe
check "each exposure is proved" test "$(grep '/capture {' "$said" | grep -c '"fired":true')" -eq 5
check "without an alarm" sh -c "! grep -q '/alarm/exposure-unproved {' $said"
kill "$camera"
pulse rig 5 20
checkWithin 60 "a camera that does not say that it exposes: an alarm" alarmIs exposure-unproved
/hil/lines mirror "$(lineOf rig 8)/value" "$(lineOf rig 9)/pull" &
camera=$!
sleep 1
pulse rig 5 20
checkWithin 60 "it says so again: the alarm is over" alarmIsOver exposure-unproved
stopsCleanly "wires"
kill "$camera" "$watchTrigger" "$watchStrobe"
