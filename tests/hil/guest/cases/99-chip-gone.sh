# A chip that goes away while the agent runs, and comes back under another number.
addChip rig
writeSettings '{ "camera": { "wires": { "chip": "rig", "strobe": { "line": 7, "widthMs": 30 } } },
  "triggers": { "schedule": { "everySeconds": 5 } } }'
startAgent
checkWithin 240 "ready" agentIsReady || return
checkWithin 60 "captures with a strobe" sh -c "grep -q '\"fired\":true' $said"
removeChip rig
checkWithin 30 "the chip is gone: an alarm" alarmIs gpio-lost
checkWithin 60 "a capture without its pulse says so" sh -c "grep -q '\"fired\":false' $said"
addChip other >/dev/null
echo 1 >/sys/kernel/config/gpio-sim/rig/live
udevadm settle
checkWithin 30 "back under another number: the alarm is over" alarmIsOver gpio-lost
before=$(captures)
pulse rig 5 20
checkWithin 60 "and it triggers" sh -c "tail -n 5 $said | grep -q '\"kind\":\"gpio\"'"
removeChip rig
sleep 3
stopsCleanly "while the chip is gone"
