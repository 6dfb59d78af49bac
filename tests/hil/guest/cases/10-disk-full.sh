# A disk that is full, and has room again.
addChip rig
mount -t tmpfs -o "size=24m,mode=750,uid=$(id -u leafseg),gid=$(id -g leafseg)" state /var/lib/leafseg
writeSettings '{ "health": { "diskFreeMegabytes": 8 } }'
startAgent
checkWithin 240 "ready" agentIsReady || return
pulse rig 5 20
checkWithin 60 "a capture" capturesAre 1
dd if=/dev/zero of=/var/lib/leafseg/filler bs=4k >/dev/null 2>&1
checkWithin 120 "little room is an alarm" alarmIs disk-low
for _ in 1 2 3 4 5 6 7 8; do
  pulse rig 5 20
  sleep 1
done
check "the agent goes on" test "$(systemctl show --property NRestarts --value leafseg-agent)" = 0
rm /var/lib/leafseg/filler
checkWithin 120 "room again: the alarm is over" alarmIsOver disk-low
before=$(captures)
pulse rig 5 20
checkWithin 90 "and a capture" capturesAre $((before + 1))
checkWithin 60 "every result is acknowledged" acknowledged
check "their sequence has no holes" sh -c "grep '/capture {' $said | grep -o '\"sequence\":[0-9]*' | cut -d: -f2 | sort -nu | awk '\$1 != NR { exit 1 }'"
stopsCleanly "disk full"
umount /var/lib/leafseg
