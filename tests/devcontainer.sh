#!/usr/bin/env bash
# Runs the dev container's postCreateCommand in a root of Debian 13, as a user with sudo: packages have the same names there as in
# Ubuntu 24.04 and newer. Docker and the editor are not in it: the image's name, its package dotnet-sdk-10.0 and the extensions are not tried.
#
#   tests/devcontainer.sh
#
# This machine's SDK and NuGet packages are mounted. LEAFSEG_PACKAGE_CACHE names the folder that keeps the root
# (~/.cache/leafseg-package; 300 MB). Needs root, for debootstrap; a minute.
set -euo pipefail
[ $# -eq 0 ] || { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; [ "$1" = --help ] && exit 0; exit 2; }
repository=$(cd "$(dirname "$0")/.." && pwd)
"$repository/deploy/prerequisites.sh" debootstrap python3
cache=${LEAFSEG_PACKAGE_CACHE:-$HOME/.cache/leafseg-package}
mkdir -p "$cache"
if [ -z "${DEVCONTAINER_TEST_MOUNTS:-}" ]; then
  DEVCONTAINER_TEST_MOUNTS=own exec unshare --mount "$0"
fi

work=$(mktemp -d)
trap 'umount --recursive --lazy "$work" 2>/dev/null || true; rmdir "$work" 2>/dev/null || true' EXIT
if [ ! -e "$cache/trixie/etc/debian_version" ]; then
  echo "A root of Debian 13 (a minute)" >&2
  rm -rf "$cache/trixie.new"
  debootstrap --variant=minbase --include=ca-certificates,git,libicu76,sudo trixie "$cache/trixie.new" >"$cache/trixie.log" 2>&1 || { tail -n 20 "$cache/trixie.log" >&2; exit 1; }
  mv "$cache/trixie.new" "$cache/trixie"
fi
mount -t tmpfs -o size=4g over "$work"
mkdir "$work"/{upper,work,root}
mount -t overlay -o "lowerdir=$cache/trixie,upperdir=$work/upper,workdir=$work/work" root "$work/root"
root=$work/root
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
[ ! -e /etc/resolv.conf ] || cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
useradd --root "$root" --create-home --shell /bin/bash ubuntu
echo 'ubuntu ALL=(ALL) NOPASSWD:ALL' >"$root/etc/sudoers.d/ubuntu"
sdk=$(dirname "$(readlink -f "$(dotnet --list-sdks | sed -n 's/.*\[\(.*\)\]/\1/p' | tail -n 1)")")
mkdir -p "$root/usr/share/dotnet" "$root/packages"
mount --bind "$sdk" "$root/usr/share/dotnet"
ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$packages"
mount --bind "$packages" "$root/packages"
[ ! -e "$HOME/.nuget/NuGet/NuGet.Config" ] || install -D "$HOME/.nuget/NuGet/NuGet.Config" "$root/home/ubuntu/.nuget/NuGet/NuGet.Config"
mkdir "$root/home/ubuntu/leafseg"
(cd "$repository" && git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from -) | tar --extract --directory "$root/home/ubuntu/leafseg"
chown -R --reference "$root/home/ubuntu/.bashrc" "$root/home/ubuntu"
chmod a+rwx "$root/packages"

command=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["postCreateCommand"])' "$repository/.devcontainer/devcontainer.json")
inside() { chroot "$root" env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/ubuntu NUGET_PACKAGES=/packages DOTNET_CLI_TELEMETRY_OPTOUT=1 \
  ${HTTPS_PROXY:+HTTPS_PROXY="$HTTPS_PROXY"} ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} runuser -u ubuntu -- bash -c "cd ~/leafseg && $1"; }
echo "$command" >&2
inside "$command"
# The second time there is nothing to install: what is provided under another name counts.
inside 'deploy/prerequisites.sh libatomic1 libdrm2 libgtk-3-0' 2>&1 | tee /dev/stderr | { ! grep -q Installing; }
echo "ok"
