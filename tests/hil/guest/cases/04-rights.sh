# A user without rights is told so, before all else, with the group.
addChip rig
id stranger >/dev/null 2>&1 || useradd --system stranger
writeSettings '{}'
asUser stranger leafseg-agent doctor --settings "$settings" --state /tmp/nowhere >/run/hil/doctor 2>&1
check "GPIO by label: permission and group" grep -q 'ILL   gpio .*permission denied: /dev/gpiochip.* group gpio' /run/hil/doctor
check "camera: permission before all else, and group" grep -q 'ILL   camera *found top: /dev/video0: permission denied: /dev/video0 is for the group video' /run/hil/doctor
check "no folder is left behind" test ! -e /tmp/nowhere
