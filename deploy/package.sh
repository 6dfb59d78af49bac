#!/usr/bin/env bash
# Builds the Debian package of leafseg-agent, model included: deploy/package.sh [--arch amd64|arm64] [--out DIR]
# Prints the path of the .deb file. The same commit and the same SDK give the same bytes.
#
# For arm64 no native OpenCV is packaged: what needs none works (prove, doctor, check-config, updates), and a device's own
# libOpenCvSharpExtern.so in /usr/lib/leafseg is found. -p:OpenCvArm64=true (after --) adds the package OpenCvSharp4.runtime.linux-arm64.
#
# Exit codes: 0 built, 2 the command line is wrong, 3 something needed cannot be installed, others: the step that failed.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=$(dpkg --print-architecture) out=dist properties=()
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=${2:-} && shift 2 ;;
    --out) out=${2:-} && shift 2 ;;
    --) shift && properties=("$@") && set -- ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" && exit 0 ;;
    *) echo "package.sh: found \"$1\", expected --arch amd64|arm64, --out DIR or --help" >&2 && exit 2 ;;
  esac
done
case $arch in
  amd64) rid=linux-x64 ;;
  arm64) rid=linux-arm64 ;;
  *) echo "package.sh: found architecture \"$arch\", expected amd64 or arm64" >&2 && exit 2 ;;
esac

deploy/prerequisites.sh binutils dpkg-dev fakeroot
version=$(dotnet msbuild EdgeAgent -getProperty:Version)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
program=$root/usr/lib/leafseg

# Self-contained and compiled ahead of time: a device needs no .NET, and nothing is compiled at the start.
dotnet publish EdgeAgent --configuration Release --runtime "$rid" --self-contained --artifacts-path "$work/artifacts" \
  --output "$program" -p:Packaged=true -p:ContinuousIntegrationBuild=true "${properties[@]}" --nologo --verbosity quiet >&2

# Symbols, another system's libraries and what only a debugger loads.
find "$program" \( -name '*.pdb' -o -name '*.xml' -o -name 'libmscordbi.so' -o -name 'libmscordaccore.so' -o -name 'createdump' \
  -o -name 'libcoreclrtraceptprovider.so' \) -delete
if [ "$arch" = "$(dpkg --print-architecture)" ]; then
  find "$program" -name '*.so' -exec strip --strip-unneeded {} +
fi

install -d "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/usr/lib/udev/rules.d" \
  "$root/usr/share/bash-completion/completions" "$root/usr/share/doc/leafseg-agent" "$root/usr/share/lintian/overrides" "$root/usr/share/man/man1"
ln -s ../lib/leafseg/leafseg-agent "$root/usr/bin/leafseg-agent"
install -m 644 systemd/leafseg-agent.service "$root/usr/lib/systemd/system/"
install -m 644 deploy/debian/udev.rules "$root/usr/lib/udev/rules.d/60-leafseg-agent.rules"
install -m 644 deploy/debian/bash-completion "$root/usr/share/bash-completion/completions/leafseg-agent"
install -m 644 deploy/debian/copyright deploy/leafseg-agent.json "$root/usr/share/doc/leafseg-agent/"
install -m 644 deploy/debian/lintian-overrides "$root/usr/share/lintian/overrides/leafseg-agent"
gzip -9n <deploy/debian/leafseg-agent.1 >"$root/usr/share/man/man1/leafseg-agent.1.gz"
install -m 755 deploy/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
printf 'leafseg-agent (%s) unstable; urgency=medium\n\n  * Built from commit %s; CHANGELOG.md of the project has the changes.\n\n -- LeafSeg <leafseg@example.org>  %s\n' \
  "$version" "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(date -uR -d "@$SOURCE_DATE_EPOCH")" |
  gzip -9n >"$root/usr/share/doc/leafseg-agent/changelog.gz"

find "$root" -type d -exec chmod 755 {} +
find "$root/usr" -type f ! -path '*/bin/*' -exec chmod 644 {} +
chmod 755 "$program/leafseg-agent"
sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f1)/" deploy/debian/control >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
file=$out/leafseg-agent_${version}_$arch.deb
# A higher level makes it 3 % smaller and takes several times as long.
dpkg-deb --root-owner-group -Zxz -z3 --build "$root" "$file" >/dev/null
echo "$file"
