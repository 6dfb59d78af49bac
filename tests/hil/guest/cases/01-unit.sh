# The agent under its own unit: a pulse becomes an acknowledged capture, nothing is killed, and it stops when asked to.
addChip rig
writeSettings '{}'
startAgent
checkWithin 240 "the unit is ready" agentIsReady || return
for i in 1 2 3; do
  pulse rig 5 20
  checkWithin 120 "pulse $i becomes a capture" capturesAre "$i"
done
checkWithin 60 "every result is acknowledged" acknowledged
check "no restart" test "$(systemctl show --property NRestarts --value leafseg-agent)" = 0
check "the clock is read" sh -c "grep -m1 '/capture {' $said | grep -q '\"clock\"'"
stopsCleanly "under the unit"
check "no system call was refused by a signal" sh -c "! journalctl --no-pager --unit leafseg-agent | grep -qi SIGSYS"
