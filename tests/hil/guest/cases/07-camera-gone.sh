# A camera that is unplugged while the agent runs, and plugged in again.
addChip rig
writeSettings '{ "camera": { "retryLongestSeconds": 2, "device": { "deadlineSeconds": 5 } } }'
startAgent
checkWithin 240 "ready" agentIsReady || return
pulse rig 5 20
checkWithin 60 "a capture" capturesAre 1
echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
pulse rig 5 20
checkWithin 90 "unplugged: an alarm" alarmIs camera-lost
echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
udevadm settle
checkWithin 90 "plugged in: the alarm is over" alarmIsOver camera-lost
before=$(captures)
pulse rig 5 20
checkWithin 60 "and a capture" capturesAre $((before + 1))
check "without a restart" test "$(systemctl show --property NRestarts --value leafseg-agent)" = 0
stopsCleanly "camera back"
