# A root that cannot be written: only /run, /tmp and the state folder can.
addChip rig
writeSettings '{}'
for folder in /tmp /var/tmp /var/lib/leafseg; do
  mount -t tmpfs -o mode=1777 tmp "$folder"
done
chown leafseg: /var/lib/leafseg
check "the root is read-only" mount -o remount,ro /
startAgent
if checkWithin 240 "ready" agentIsReady; then
  pulse rig 5 20
  checkWithin 60 "a capture" capturesAre 1
  stopsCleanly "read-only root"
fi
mount -o remount,rw /
umount /tmp /var/tmp /var/lib/leafseg
