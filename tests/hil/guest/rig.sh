# What the cases share: the machine's hardware, the rig's settings, and how to wait for something.

settings=/etc/leafseg/leafseg-agent.json
said=/run/hil/mqtt

ok() { echo "ok $*"; }

notOk() {
  echo "not ok $*"
  { echo "--- $*"; journalctl --no-pager --unit leafseg-agent --lines 25; } >/dev/ttyS0
  journalctl --no-pager --quiet --unit leafseg-agent --lines 40 --output cat | sed 's/^/#   /'
}

# check WHAT COMMAND...: the command succeeds.
check() {
  local what=$1
  shift
  if "$@" >/run/hil/check 2>&1; then ok "$what"; else notOk "$what: $(tail -n 3 /run/hil/check | tr '\n' ' ')"; fi
}

# checkWithin SECONDS WHAT COMMAND...: the command succeeds some time.
checkWithin() {
  local left=$1 what=$2
  shift 2
  until "$@" >/run/hil/check 2>&1; do
    left=$((left - 1))
    # What dies again and again does not become ready by waiting.
    if [ "$left" -lt 0 ] || [ "$(systemctl show --property NRestarts --value leafseg-agent)" -gt 1 ]; then
      notOk "$what: not in time"
      return 1
    fi
    sleep 1
  done
  ok "$what"
}

# journalSays TEXT: since the agent was started last.
journalSays() { journalctl --quiet --no-pager --output cat --unit leafseg-agent --since "@$started" | grep -qF -- "$1"; }

setUpMachine() {
  mkdir -p /run/hil
  ip link set lo up
  mount -t configfs none /sys/kernel/config 2>/dev/null
  modprobe gpio-sim
  modprobe vivid
  udevadm settle
  startBroker
  until mosquitto_pub -h 127.0.0.1 -t hil -m up; do sleep 1; done
  # Appended to, since each start of the agent empties it.
  mosquitto_sub -h 127.0.0.1 -R -F '%t %p' -t 'leafseg/#' >>"$said" &
}

startBroker() { mosquitto -d -p 1883 >/dev/null 2>&1; }

# The package, where no case has installed it.
install() { [ -e /usr/lib/leafseg ] || check "the package is installed" dpkg --install /hil/leafseg-agent.deb; }

# addChip LABEL: a chip of 16 lines whose line 5 is named TRIG and line 7 STROBE.
addChip() {
  local chip=/sys/kernel/config/gpio-sim/$1
  mkdir -p "$chip/bank0/line5" "$chip/bank0/line7"
  echo 16 >"$chip/bank0/num_lines"
  echo "$1" >"$chip/bank0/label"
  echo TRIG >"$chip/bank0/line5/name"
  echo STROBE >"$chip/bank0/line7/name"
  echo 1 >"$chip/live"
  udevadm settle
}

chipDevice() { cat "/sys/kernel/config/gpio-sim/$1/bank0/chip_name"; }

# lineOf LABEL LINE: the folder at the other end of the wire.
lineOf() { echo "/sys/devices/platform/$(cat "/sys/kernel/config/gpio-sim/$1/dev_name")/$(chipDevice "$1")/sim_gpio$2"; }

removeChip() { echo 0 >"/sys/kernel/config/gpio-sim/$1/live"; }

# pulse LABEL LINE MILLISECONDS
pulse() {
  local line
  line=$(lineOf "$1" "$2")
  exec 9>"$line/pull"
  echo pull-up >&9
  sleep "0.$(printf '%03d' "$3")"
  echo pull-down >&9
  exec 9>&-
}

# writeSettings JSON: merged over those of a rig with a camera and a trigger.
writeSettings() {
  jq -n --argjson more "$1" '{
    site: "hil", rig: "r1", plant: "a1",
    broker: { address: "127.0.0.1:1883" },
    triggers: { gpio: { chip: "rig", line: 5, holdOffMs: 0 } },
    camera: { device: { path: "/dev/video0" } },
    model: { file: "/hil/model.onnx" }
  } * $more' >"$settings"
}

startAgent() {
  : >"$said"
  started=$(date +%s)
  systemctl reset-failed leafseg-agent 2>/dev/null
  systemctl start --no-block leafseg-agent
}

agentIsReady() { [ "$(systemctl show --property ActiveState --value leafseg-agent)" = active ]; }

captures() { grep -c '/capture {' "$said"; }

# exactly WHAT COUNT: so many captures, and none that comes late.
exactly() {
  checkWithin 60 "$1: $2 captures" capturesAre "$2"
  sleep 2
  check "$1: and no more" test "$(captures)" -eq "$2"
}

capturesAre() { [ "$(captures)" -ge "$1" ]; }

acknowledged() { [ "$(curl --silent http://127.0.0.1:8080/status.json | jq '.outbox_depth')" = 0 ]; }

alarmIs() { grep -q "/alarm/$1 {" "$said"; }

alarmIsOver() { tail -n 200 "$said" | grep "/alarm/$1 " | tail -n 1 | grep -qv '{'; }

# stopsCleanly WHAT
stopsCleanly() {
  systemctl stop leafseg-agent
  check "$1: a clean stop" test "$(systemctl show --property Result --property ExecMainStatus --value leafseg-agent | tr '\n' ' ')" = "success 0 "
}

# asUser USER COMMAND...: in the user's own groups only.
asUser() {
  local user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env HOME=/tmp "$@"
}

tearDown() {
  systemctl stop leafseg-agent
  find /var/lib/leafseg -mindepth 1 -delete
  local chip
  for chip in /sys/kernel/config/gpio-sim/*/; do
    [ -e "$chip/live" ] || continue
    echo 0 >"$chip/live"
    rmdir "$chip"bank0/line* "$chip"bank0 "$chip" 2>/dev/null
  done
}
