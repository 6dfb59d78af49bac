#!/usr/bin/env bash
# Hardware in the loop without hardware: boots Debian's kernel and systemd in QEMU, with gpio-sim for the GPIO lines and vivid for
# the camera, installs the package there, runs the agent under its own unit, and ends with a line "N passed, N failed".
#
#   tests/hil/run.sh [--deb FILE] [--small] [--cuts N] [CASE...]
#
#   --deb FILE   the package; otherwise deploy/package.sh builds it
#   --small      the cases of a quick look: first picture, unit, rights, one power cut
#   --cuts N     how often the machine's power is cut (5)
#   CASE         only these of tests/hil/guest/cases (01-unit ...); power for the power cuts, memory for the unit with 512 MB
#
# LEAFSEG_HIL_CACHE names the folder that keeps kernel and root (~/.cache/leafseg-hil; 1.5 GB). Needs root, for debootstrap.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
deb= cuts=5 cases=()
while [ $# -gt 0 ]; do
  case $1 in
    --deb) deb=$(readlink -f "${2:-}"); shift 2 ;;
    --cuts) cuts=${2:-}; shift 2 ;;
    --small) cases=(00-first-picture 01-unit 04-rights power) cuts=1; shift ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    -*) echo "run.sh: found $1, expected --deb FILE, --small, --cuts N or the names of cases" >&2; exit 2 ;;
    *) cases+=("$1"); shift ;;
  esac
done
if [ ${#cases[@]} -eq 0 ]; then
  cases=($(cd "$here/guest/cases" && printf '%s\n' [0-9]*.sh | sed 's/\.sh$//') power memory)
fi

"$repository/deploy/prerequisites.sh" bc bison busybox-static cpio debootstrap e2fsprogs flex gcc jq kmod libc6-dev libelf-dev linux-headers-amd64 linux-source-6.1 make \
  qemu-system-x86 qemu-utils xz-utils
cache=${LEAFSEG_HIL_CACHE:-$HOME/.cache/leafseg-hil}
"$here/machine.sh" "$cache"

work=$(mktemp -d)
stop() {
  [ ! -s "$work/qemu.pid" ] || kill "$(cat "$work/qemu.pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
[ -n "$deb" ] || deb=$("$repository/deploy/package.sh" --out "$work/deb")

# What the guest sees as /hil: the package, a model that takes no time, the commands of docs/devices.md, and the cases.
mkdir "$work/hil"
cp -r "$here/guest" "$work/hil/"
cp "$deb" "$work/hil/leafseg-agent.deb"
cp "$here/tiny.onnx" "$work/hil/model.onnx"
gcc -O2 -static -o "$work/hil/lines" "$here/guest/lines.c"
sed -n '/^## First picture/,/^## /{/^```sh/,/^```/{/^```/d;p}}' "$repository/docs/devices.md" >"$work/hil/first-picture"

# The system's changes, and a disk for the results that loses, when the power is cut, what was not flushed to it.
truncate --size 3G "$work/disk"
mkfs.ext4 -q "$work/disk"
qemu-img create -q -f qcow2 "$work/state" 512M

: >"$work/all"
# boot CASE...: starts the machine and leaves it running; QEMU's process is $qemu.
boot() {
  printf '%s\n' "$@" >"$work/hil/cases"
  : >"$work/said"
  qemu-system-x86_64 -accel "${LEAFSEG_HIL_ACCEL:-tcg,thread=multi}" -cpu max -smp 2 -m "${megabytes:-1536}" -nodefaults -no-user-config -no-reboot \
    -display none -pidfile "$work/qemu.pid" \
    -chardev "file,id=console,path=$work/console" -serial chardev:console -chardev "file,id=cases,path=$work/said" -serial chardev:cases \
    -chardev "file,id=results,path=$work/results,append=on" -serial chardev:results \
    -virtfs "local,path=$cache/root,mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
    -virtfs "local,path=$work/hil,mount_tag=hil,security_model=none,readonly=on,multidevs=remap" \
    -drive "file=$work/disk,format=raw,if=virtio" -drive "file=$work/state,format=qcow2,if=virtio" \
    -nic none -kernel "$cache/vmlinuz" -initrd "$cache/initrd.gz" \
    -append "console=ttyS0 loglevel=4 panic=-1 systemd.show_status=1 mitigations=off ${LEAFSEG_HIL_APPEND:-}" &
  qemu=$!
}
# finish: until the machine has switched itself off.
finish() {
  tail --pid "$qemu" --follow --lines=+1 "$work/said" &
  local shown=$!
  wait "$qemu" || true
  wait "$shown" || true
  cat "$work/said" >>"$work/all"
  grep -q '^done' "$work/said" && return
  echo "not ok the machine stopped before its cases were done; the end of its console:" | tee -a "$work/all"
  tail -n 40 "$work/console"
}
# host WHAT COMMAND...: a check from outside of the machine.
host() {
  local what=$1
  shift
  if "$@" >"$work/check" 2>&1; then echo "ok $what"; else echo "not ok $what: $(tail -n 3 "$work/check" | tr '\n' ' ')"; fi | tee -a "$work/all"
}

# Whether a result is missing or two have one place: (boot, sequence) has no holes, and a capture has one place and one text.
complete() {
  grep '^{.*}$' "$work/results" | jq -rc 'select(.sequence) | [.sequence, .id]' | sort -u >"$work/places"
  jq -s '(map(.[0]) | unique) as $places | { results: length, first: $places[0], last: $places[-1] }
    | . + { whole: (.results == ($places | length) and .last - .first + 1 == .results and .first == 1) }' <"$work/places"
  jq -es 'map(.[0]) | (unique | length) == length and unique == [range(1; length + 1)]' <"$work/places" >/dev/null
}

power() {
  local cut have
  : >"$work/results"
  for cut in $(seq "$cuts"); do
    have=$(wc -l <"$work/results")
    boot power
    for _ in $(seq 300); do
      [ "$(wc -l <"$work/results")" -lt $((have + 5)) ] || break
      kill -0 "$qemu" 2>/dev/null || break
      sleep 1
    done
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    kill -KILL "$qemu"
    wait "$qemu" 2>/dev/null || true
    cat "$work/said" >>"$work/all"
    grep '^not ok' "$work/said" || true
    host "power cut $cut: results had come" test "$(wc -l <"$work/results")" -gt "$have"
  done
  boot power-end
  finish
  host "no recorded result is lost, none has two places, after $cuts power cuts" complete
  qemu-img convert -O raw "$work/state" "$work/state.raw"
  host "the file system is clean" e2fsck -fn "$work/state.raw"
}

inside=()
for name in "${cases[@]}"; do
  case $name in
    power | memory) ;;
    *) inside+=("$name") ;;
  esac
done
[ ${#inside[@]} -eq 0 ] || { boot "${inside[@]}"; finish; }
for name in "${cases[@]}"; do
  case $name in
    power) echo "# power" && power ;;
    memory) echo "# memory: 512 MB" && megabytes=512 && boot 01-unit && finish && megabytes= ;;
  esac
done

passed=$(grep -c '^ok ' "$work/all" || true)
failed=$(grep -c '^not ok ' "$work/all" || true)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
