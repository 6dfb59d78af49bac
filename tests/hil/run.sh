#!/usr/bin/env bash
# Hardware in the loop without hardware: boots Debian's kernel and systemd in QEMU, with gpio-sim for the GPIO lines and vivid for
# the camera, runs the agent there under its own unit, and ends with a line "N passed, N failed".
#
#   tests/hil/run.sh [--model FILE] [--agent DIR] [CASE...]
#
#   --model FILE   the model that measures; the shipped one, which is the default, takes half a minute a picture in there
#   --agent DIR    the built agent (EdgeAgent/bin/Release/net10.0)
#   CASE           only these cases of tests/hil/cases (01-unit ...)
#
# LEAFSEG_HIL_CACHE names the folder that keeps kernel and root (~/.cache/leafseg-hil; 1.5 GB). Needs root, for debootstrap.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
agent=$repository/EdgeAgent/bin/Release/net10.0
model=
cases=()
while [ $# -gt 0 ]; do
  case $1 in
    --model) model=$2; shift 2 ;;
    --agent) agent=$2; shift 2 ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "run.sh: $1: expected --model, --agent or the names of cases" >&2; exit 2 ;;
    *) cases+=("$1"); shift ;;
  esac
done
[ -x "$agent/leafseg-agent" ] || { echo "run.sh: found no agent in $agent; build it first (dotnet build EdgeAgent -c Release)" >&2; exit 2; }

"$repository/deploy/prerequisites.sh" bc bison busybox-static cpio debootstrap flex gcc kmod libelf-dev linux-headers-amd64 linux-source-6.1 make qemu-system-x86 xz-utils
cache=${LEAFSEG_HIL_CACHE:-$HOME/.cache/leafseg-hil}
"$here/machine.sh" "$cache"

work=$(mktemp -d)
stop() {
  [ ! -s "$work/qemu.pid" ] || kill "$(cat "$work/qemu.pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

# What the guest sees as /hil: the program, the .NET that it runs on, its unit, and the cases. (The programs are looked at by their
# own folders' names: a link would lead nowhere in the guest.)
mkdir "$work/hil"
cp -r "$agent" "$work/hil/agent"
[ -z "$model" ] || { rm -rf "$work/hil/agent/models"; mkdir "$work/hil/agent/models"; cp "$model" "$work/hil/agent/models/leafseg-9.9.9.onnx"; }
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir "$work/hil/dotnet"
cp -r "$dotnet/host" "$dotnet/shared" "$work/hil/dotnet/"
cp -r "$here/guest" "$repository/systemd" "$repository/deploy/debian/udev.rules" "$work/hil/"
printf '%s\n' "${cases[@]}" >"$work/hil/cases"

truncate --size 512M "$work/disk"
mkfs.ext4 -q -L state "$work/disk"

# The whole of the guest's word goes to the console's file; what it has to say about the cases, to the standard output.
qemu-system-x86_64 -accel "${LEAFSEG_HIL_ACCEL:-tcg,thread=multi}" -cpu max -smp 2 -m "${LEAFSEG_HIL_MEGABYTES:-1536}" -nodefaults -no-user-config -no-reboot \
  -display none -pidfile "$work/qemu.pid" \
  -chardev "file,id=console,path=$work/console" -serial chardev:console -chardev "file,id=cases,path=$work/said" -serial chardev:cases \
  -virtfs "local,path=$cache/root,mount_tag=root,security_model=none,readonly=on,multidevs=remap" \
  -virtfs "local,path=$work/hil,mount_tag=hil,security_model=none,readonly=on,multidevs=remap" \
  -drive "file=$work/disk,format=raw,if=virtio" \
  -nic none -kernel "$cache/vmlinuz" -initrd "$cache/initrd.gz" \
  -append "console=ttyS0 loglevel=4 panic=-1 systemd.show_status=1 mitigations=off ${LEAFSEG_HIL_APPEND:-}" &
qemu=$!

touch "$work/said"
tail --pid "$qemu" --follow --lines=+1 "$work/said" &
wait "$qemu" || true
sleep 1

passed=$(grep -c '^ok ' "$work/said" || true)
failed=$(grep -c '^not ok ' "$work/said" || true)
if ! grep -q '^done' "$work/said"; then
  echo "not ok the machine stopped before its cases were done; the end of its console:"
  tail -n 40 "$work/console"
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
