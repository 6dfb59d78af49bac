#!/usr/bin/env bash
# Makes sure that the .NET SDK is there and that the Debian packages named as arguments are installed.
# Quiet and idempotent: what is there already is left alone. Uses sudo only where it is not run by root.
set -euo pipefail

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "The .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  echo "(on Debian and Ubuntu: package dotnet-sdk-10.0), then run this again." >&2
  exit 3
fi

# By its name, or by what provides it: Debian 13 and Ubuntu 24.04 have libgtk-3-0 as libgtk-3-0t64.
is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed \
    || dpkg-query --show --showformat='${db:Status-Status} ${Provides}\n' 2>/dev/null | grep -E "^installed (.*, )?${1//./\\.}( \(|,|$)" >/dev/null
}

missing=()
for package in "$@"; do
  is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Please install, as root: ${missing[*]}" >&2; exit 3; }
  as_root=(sudo)
fi

echo "Installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "Installing ${missing[*]} failed; see above." >&2
  exit 3
fi
