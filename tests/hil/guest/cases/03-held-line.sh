# A line that another program holds, or that is not there: told with its exit code, and by the doctor.
addChip rig
gpiomon "$(chipDevice rig)" 5 >/dev/null 2>&1 &
holder=$!
sleep 1
writeSettings '{}'
asUser leafseg leafseg-agent run --settings "$settings" --state /var/lib/leafseg >/run/hil/run 2>&1
check "a held line ends with exit code 7" test $? = 7
check "without a stack trace" sh -c "! grep -q ' at LeafSeg' /run/hil/run"
check "it is named" grep -q "triggers.gpio.line: found 5" /run/hil/run
asUser leafseg leafseg-agent doctor --settings "$settings" --state /var/lib/leafseg >/run/hil/doctor 2>&1
check "the doctor names who holds it" grep -q 'ILL   gpio .*in use by "gpiomon"' /run/hil/doctor
kill "$holder"

writeSettings '{ "triggers": { "gpio": { "line": 99 } } }'
asUser leafseg leafseg-agent doctor --settings "$settings" --state /var/lib/leafseg >/run/hil/doctor 2>&1
check "the doctor sees a line that is not there" grep -q 'ILL   gpio .*which has lines 0 to 15' /run/hil/doctor
