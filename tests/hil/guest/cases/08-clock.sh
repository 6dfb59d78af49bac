# A clock that begins in 1970 and is set later: what was taken before gets its right time, where the broker has not taken it yet.
addChip rig
writeSettings '{}'
true=$(date +%s)
date --set @100000 >/dev/null
broker=$(pidof mosquitto)
startAgent
started=0
checkWithin 240 "ready in 1970" agentIsReady || return
pulse rig 5 20
checkWithin 60 "a capture, with its clock called unsynchronised" sh -c "grep '/capture {' $said | grep -q '\"state\":\"unsynchronised\"'"
checkWithin 90 "the alarm clock-unset" alarmIs clock-unset
kill "$broker"
sleep 1
pulse rig 5 20
sleep 3
date --set "@$true" >/dev/null
/hil/lines keep-clock
startBroker
mosquitto_sub -h 127.0.0.1 -R -F '%t %p' -t 'leafseg/#' >>"$said" &
checkWithin 90 "a result that waited for the broker comes with the right year" \
  sh -c "grep '/capture {' $said | grep '\"sequence\":2' | grep -q '\"time\":\"$(date +%Y)'"
checkWithin 90 "the alarm is over" alarmIsOver clock-unset
stopsCleanly "clock"
