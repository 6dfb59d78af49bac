# After the last cut: what was recorded is sent, and no new picture is taken.
writeSettings '{ "triggers": { "gpio": null, "schedule": { "at": [ "'"$(date -d '12 hours' +%H:%M)"'" ] } } }'
mosquitto_sub -h 127.0.0.1 -R -F '%p' -t 'leafseg/v1/hil/r1/capture' >/dev/ttyS2 &
startAgent
checkWithin 240 "ready after the power cuts" agentIsReady || return
checkWithin 120 "every result is acknowledged" acknowledged
check "no restart" test "$(systemctl show --property NRestarts --value leafseg-agent)" = 0
check "no damage is reported" sh -c "! grep -q '/alarm/outbox-damaged {' $said"
sleep 3
stopsCleanly "after the power cuts"
