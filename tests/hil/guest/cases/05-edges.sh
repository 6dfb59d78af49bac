# Edges become captures, in the right number: by offset and by name, rising and falling, active low, bounced at 1 kHz.
addChip rig
trigger() { writeSettings "{ \"triggers\": { \"gpio\": $1 } }"; }

# pulses WHAT COUNT MILLISECONDS: up and down again.
pulses() {
  startAgent
  checkWithin 240 "$1: ready" agentIsReady || return
  for _ in $(seq "$2"); do
    pulse rig 5 "$3"
    sleep 0.4
  done
  exactly "$1" "$2"
  stopsCleanly "$1"
}

trigger '{ "line": 5, "holdOffMs": 0 }'
pulses "a line by its offset" 20 20
trigger '{ "chip": "rig", "line": null, "lineName": "TRIG", "edge": "falling" }'
pulses "by its name, the falling edge" 10 20
line=$(lineOf rig 5)
echo pull-up >"$line/pull"
trigger '{ "activeLow": true, "holdOffMs": 0 }'
startAgent
checkWithin 240 "active low: ready" agentIsReady
for _ in $(seq 10); do
  echo pull-down >"$line/pull"
  sleep 0.03
  echo pull-up >"$line/pull"
  sleep 0.4
done
exactly "active low" 10
stopsCleanly "active low"
echo pull-down >"$line/pull"

trigger '{ "debounceMs": 20, "holdOffMs": 100 }'
startAgent
checkWithin 240 "bouncing: ready" agentIsReady
for _ in $(seq 10); do
  /hil/lines bounce "$line/pull" 15
  echo pull-up >"$line/pull"
  sleep 0.1
  /hil/lines bounce "$line/pull" 15
  sleep 0.4
done
exactly "15 bounces of 1 ms before and after each of 10 pulses" 10
/hil/lines bounce "$line/pull" 200
sleep 2
check "bounces alone are no pulse" test "$(captures)" -eq 10
stopsCleanly "bouncing"
