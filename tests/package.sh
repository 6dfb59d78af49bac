#!/usr/bin/env bash
# Tries the Debian package in a root of Debian 12: install, setup, run, upgrade, downgrade, remove, purge, and what must be refused.
# Ends with a line "N passed, N failed".
#
#   tests/package.sh [--deb FILE] [--again]
#
#   --deb FILE   a package that is there already; otherwise deploy/package.sh builds it
#   --again      builds it a second time and compares the bytes (some minutes)
#
# systemd does not run in there: tests/hil/run.sh has the unit. LEAFSEG_PACKAGE_CACHE names the folder that keeps the root and the
# downloaded dependencies (~/.cache/leafseg-package; 300 MB). Needs root, for debootstrap.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
deb= again=
while [ $# -gt 0 ]; do
  case $1 in
    --deb) deb=$(readlink -f "${2:-}"); shift 2 ;;
    --again) again=yes; shift ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "package.sh: found \"$1\", expected --deb FILE, --again or --help" >&2; exit 2 ;;
  esac
done
"$repository/deploy/prerequisites.sh" binutils debootstrap lintian man-db
cache=${LEAFSEG_PACKAGE_CACHE:-$HOME/.cache/leafseg-package}
mkdir -p "$cache/archives"

# In mounts of its own, which end with it.
if [ -z "${PACKAGE_TEST_MOUNTS:-}" ]; then
  again=${again:+--again}
  PACKAGE_TEST_MOUNTS=own exec unshare --mount "$0" ${deb:+--deb "$deb"} $again
fi

work=$(mktemp -d)
trap 'umount --lazy "$work/over" 2>/dev/null || true; rm -rf "$work/deb" "$work/variant"; rmdir "$work/over" "$work" 2>/dev/null || true' EXIT
mkdir "$work/deb" "$work/over"

passed=0 failed=0
# check WHAT COMMAND...: the command succeeds.
check() {
  local what=$1
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)) && echo "ok $what"
  else
    failed=$((failed + 1)) && echo "not ok $what" && tail -n 15 "$log" | sed 's/^/#   /'
  fi
}
# exits CODE COMMAND...: the command ends with this exit code.
exits() {
  local expected=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" -eq "$expected" ] || { echo "exit code $code, expected $expected"; return 1; }
}
# says TEXT COMMAND...: the command succeeds, and this is in what it writes.
says() {
  local text=$1 code=0 written
  shift
  written=$("$@" 2>&1) || code=$?
  echo "$written"
  [ "$code" -eq 0 ] && [[ $written == *"$text"* ]] || { echo "exit code $code, expected 0 and: $text"; return 1; }
}
log=$work/deb/log

if [ -z "$deb" ]; then
  deb=$("$repository/deploy/package.sh" --out "$work/deb/first")
fi
version=$(dpkg-deb --field "$deb" Version)
if [ -n "$again" ]; then
  second=$("$repository/deploy/package.sh" --out "$work/deb/second")
  check "two builds have the same bytes" cmp "$deb" "$second"
fi
check "at most 120 MB" test "$(stat --format %s "$deb")" -le 120000000
check "lintian finds no error" exits 0 lintian --fail-on error --suppress-tags bad-distribution-in-changes-file "$deb"

if [ ! -e "$cache/root/etc/debian_version" ]; then
  echo "A root of Debian 12 (a minute)" >&2
  debootstrap --variant=minbase bookworm "$cache/root.new" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
  rm -rf "$cache/root" && mv "$cache/root.new" "$cache/root"
fi
mount -t tmpfs -o size=4g over "$work/over"
mkdir "$work"/over/{upper,work,root}
mount -t overlay -o "lowerdir=$cache/root,upperdir=$work/over/upper,workdir=$work/over/work" root "$work/over/root"
root=$work/over/root
mount --bind "$cache/archives" "$root/var/cache/apt/archives"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir "$root/packages"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$deb" "$root/packages/now.deb"

inside() { chroot "$root" env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
asAgent() { inside runuser -u leafseg -- "$@"; }
agent() { inside leafseg-agent "$@"; }
install() { inside apt-get install --yes --quiet --no-install-recommends --allow-downgrades "$@"; }
# variant NAME SED: the same package with another control file, and nothing compressed.
variant() {
  [ -d "$work/over/unpacked" ] || dpkg-deb --raw-extract "$deb" "$work/over/unpacked"
  cp "$work/over/unpacked/DEBIAN/control" "$work/over/control"
  sed -i "$2" "$work/over/unpacked/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone --build "$work/over/unpacked" "$root/packages/$1.deb" >/dev/null
  mv "$work/over/control" "$work/over/unpacked/DEBIAN/control"
}
elf() { find "$root/usr/lib/leafseg" -type f \( -name '*.so*' -o -name leafseg-agent \) -exec objdump "$1" {} + 2>/dev/null; }
# newest NAME: the newest version of a library's symbols that the program needs, as NAME_2.34.
newest() { elf -T | grep --only-matching "\b$1_[0-9.]*" | sort --version-sort --unique | tail -n 1; }
# needsAtLeast PACKAGE VERSION: what Depends names is no older.
needsAtLeast() { dpkg --compare-versions "$(dpkg-deb --field "$deb" Depends | sed -n "s/.*\b$1 (>= \([0-9.]*\)).*/\1/p")" ge "$2"; }
# Each library of Depends has a file that the program names; .NET opens libssl when it is first needed.
usedLibraries() {
  local unused= package
  elf -p | sed -n 's/^ *NEEDED *//p' | sort --unique >"$work/over/needed"
  echo libssl.so.3 >>"$work/over/needed"
  for package in $(dpkg-deb --field "$deb" Depends | tr ',' '\n' | sed 's/.*|//; s/(.*//; s/ //g' | grep -E '^(lib|zlib)'); do
    inside dpkg --listfiles "$package" | sed 's|.*/||' | grep --quiet --line-regexp --fixed-strings --file "$work/over/needed" || unused="$unused $package"
  done
  [ -z "$unused" ] || { echo "nothing needs$unused"; return 1; }
}
settings=/etc/leafseg/leafseg-agent.json

echo "# install"
inside apt-get update --quiet >"$log" 2>&1
inside find / -xdev -path /proc -prune -o -path /var/cache -prune -o -path /var/lib/apt -prune -o -print | LC_ALL=C sort >"$work/over/before"
check "the next step is named" says "Next: sudo leafseg-agent setup" install /packages/now.deb
check "nothing is started" exits 1 pgrep --full /usr/lib/leafseg/leafseg-agent
check "no settings are written" exits 1 inside test -e $settings
check "the user has the groups of its devices" says "gpio video" inside sh -c 'id -nG leafseg | tr " " "\n" | grep -E "gpio|video" | sort | xargs'
check "every library is found" sh -c "! chroot '$root' find /usr/lib/leafseg -name '*.so*' -exec ldd {} + 2>/dev/null | grep 'not found'"
check "every library of Depends is in use" usedLibraries
glibc=$(newest GLIBC) gcc=$(newest GLIBCXX)
check "Depends names the libc that is needed ($glibc)" needsAtLeast libc6 "${glibc#GLIBC_}"
check "and Debian 12's libstdc++ is new enough ($gcc)" says "$gcc" strings "$root/usr/lib/x86_64-linux-gnu/libstdc++.so.6"
check "the version is the package's" says "$version" agent --version
check "check-config takes the example" says "right" agent check-config /usr/share/doc/leafseg-agent/leafseg-agent.json
agent --help | sed -n '/^Commands:/,$s/^  \([a-z][a-z-]*\).*/\1/p' | LC_ALL=C sort >"$work/over/commands"
sed -n '/^\.SH COMMANDS/,/^\.SH EXIT/{/^\.TP/{n;s/^\.B //p}}' "$repository/deploy/debian/leafseg-agent.1" | sed 's/\\//g' | LC_ALL=C sort >"$work/over/described"
check "the help lists commands" test -s "$work/over/commands"
check "the man page has the same commands as the help" diff "$work/over/commands" "$work/over/described"
check "the man page is right" test -z "$(LC_ALL=C.UTF-8 MANROFFSEQ=t man --warnings -l "$repository/deploy/debian/leafseg-agent.1" 2>&1 >/dev/null)"
check "the completion knows the commands" says "check-config" inside bash -c \
  '. /usr/share/bash-completion/completions/leafseg-agent; COMP_LINE="leafseg-agent ch" COMP_POINT=16 COMP_WORDS=(leafseg-agent ch) COMP_CWORD=1; _leafseg_agent; echo "${COMPREPLY[@]}"'
check "the model that came with it is proven" says "proven" asAgent sh -c 'leafseg-agent prove /usr/lib/leafseg/models/leafseg-*.onnx'

echo "# setup"
mkdir -p "$root/srv/pictures"
cp "$repository/deploy/models/leafseg-0.7.0.jpg" "$root/srv/pictures/a.jpg"
cp "$root/srv/pictures/a.jpg" "$root/srv/pictures/b.jpg"
setUp() { agent setup --site ghent --broker embedded --camera /srv/pictures --every 1 "$@"; }
check "a wrong answer is named, with its exit code" exits 3 setUp --rig "My Rig"
check "and nothing is written" exits 1 inside test -e $settings
setUp --rig r1 >"$root/packages/setup" 2>&1 </dev/null || true
check "the settings are written" inside test -s $settings
check "the next step is named" grep --quiet "Next: sudo systemctl enable --now leafseg-agent" "$root/packages/setup"
# A machine of tests need not have a clock that is kept by NTP.
check "the doctor finds nothing ill" sh -c "grep -c '^well' '$root/packages/setup' && ! grep '^ILL' '$root/packages/setup' | grep -v '^ILL   clock'"
check "the agent's user may read the settings, others may not" says "640 root leafseg" inside stat --format "%a %U %G" $settings
check "a second setup is refused" exits 3 setUp --rig r2
cp "$root$settings" "$work/over/old"
check "unless it is forced" setUp --rig r2 --force --no-doctor
check "and the old settings stay beside the new" cmp "$work/over/old" "$root$settings.old"
check "the agent's user takes, measures and publishes two pictures" asAgent leafseg-agent run --settings $settings --captures 2
check "results are in its own folder" inside sh -c 'ls /var/lib/leafseg/*.db'

echo "# upgrade"
digest() { inside sh -c 'md5sum /etc/leafseg/* /var/lib/leafseg/*.db'; }
digest >"$work/over/kept"
keeps() { digest | diff "$work/over/kept" -; }
variant later "s/^Version: .*/Version: $version+later/"
check "an upgrade names the next step of a rig that is not enabled" says "Next: sudo systemctl enable --now leafseg-agent" install /packages/later.deb
check "it keeps settings and results" keeps
check "and measures" asAgent leafseg-agent run --settings $settings --captures 1

echo "# downgrade"
digest >"$work/over/kept"
variant earlier "s/^Version: .*/Version: $version~earlier/"
check "a downgrade with fitting settings" says "installed, set up" install /packages/earlier.deb
check "keeps settings and results" keeps
install /packages/later.deb >"$log" 2>&1
inside sed --in-place '0,/{/s//{ "laterSetting": 1,/' $settings
digest >"$work/over/kept"
check "a downgrade to a version that refuses the settings names them" says "does not fit version $version~earlier and was left as it is" install /packages/earlier.deb
check "and the setting" says "laterSetting" inside sh -c "leafseg-agent check-config $settings || true"
check "keeps settings and results" keeps
check "and the unit would stay stopped" exits 3 asAgent leafseg-agent run --settings $settings
inside sed --in-place 's/"laterSetting": 1,//' $settings

echo "# ONNX Runtime as built on the machine"
mkdir "$root/packages/built"
own=$root/usr/lib/leafseg/libonnxruntime.so
cp "$repository/deploy/jetson/use-onnxruntime.sh" "$root/packages/"
for library in libonnxruntime libonnxruntime_providers_shared libonnxruntime_providers_cuda libonnxruntime_providers_tensorrt; do
  (cat "$own" && echo built) >"$root/packages/built/$library.so"
done
useBuilt() { inside /packages/use-onnxruntime.sh /packages/built; }
packageHolds() { test -z "$(inside dpkg --verify leafseg-agent)"; }
cp "$own" "$work/over/own"
check "one that proves the model is in use" says "In use" useBuilt
check "and is the machine's" cmp "$own" "$root/packages/built/libonnxruntime.so"
check "the package's own stays beside it" cmp "$work/over/own" "$own.package"
check "a second time changes no copy" says "In use" useBuilt
check "the package's own still stays beside it" cmp "$work/over/own" "$own.package"
install --reinstall /packages/later.deb >"$log" 2>&1
check "an upgrade puts the package's own back" packageHolds
# As if the copy were of the version before.
echo "of an older package" >"$own.package"
echo "no library" >"$root/packages/built/libonnxruntime.so"
check "one that fails the proof is refused" exits 1 useBuilt
check "and the package of now is whole again" packageHolds
check "one that lacks a library is refused" exits 3 inside /packages/use-onnxruntime.sh /packages
rm "$root/packages/built/libonnxruntime.so" && cp "$work/over/own" "$root/packages/built/libonnxruntime.so"
check "one is in use when the package is removed" useBuilt
rm -r "$root/packages/built"

echo "# refused"
variant foreign "s/^Architecture: .*/Architecture: $([ "$(dpkg --print-architecture)" = amd64 ] && echo arm64 || echo amd64)/"
check "a package of another architecture is refused by name" says "does not match system" inside sh -c "dpkg --install /packages/foreign.deb || true"
variant newer "s/libc6 (>= [0-9.]*)/libc6 (>= 99)/"
check "an older Debian is refused by its libc" says "libc6 (>= 99)" inside sh -c "apt-get install --yes /packages/newer.deb || true"
check "what was installed still measures" asAgent leafseg-agent run --settings $settings --captures 1
mount -t tmpfs -o size=32k,uid=$(inside id -u leafseg) full "$root/var/lib/leafseg"
check "a full /var/lib/leafseg is named, with the machine's exit code" exits 7 asAgent leafseg-agent run --settings $settings --captures 1
umount "$root/var/lib/leafseg"

echo "# remove, purge"
digest >"$work/over/kept"
check "remove" inside apt-get remove --yes leafseg-agent
check "keeps settings and results" keeps
check "and no program" exits 1 inside sh -c 'command -v leafseg-agent || test -e /usr/lib/leafseg'
check "installed again, it takes up the settings" says "installed, set up" install /packages/now.deb
check "purge" inside apt-get purge --yes leafseg-agent
inside apt-get autoremove --yes --purge >"$log" 2>&1
rm -rf "$root/packages" "$root/srv/pictures"
inside find / -xdev -path /proc -prune -o -path /var/cache -prune -o -path /var/lib/apt -prune -o -print | LC_ALL=C sort >"$work/over/after"
check "leaves nothing behind" sh -c "! comm -13 '$work/over/before' '$work/over/after' | grep -i leafseg"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
