# Sourced by every finding: a temporary folder, pinned packages, and a check that prints what it saw.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
exec 3>&1
cd "$TMP"
export ORT_DISABLE_TELEMETRY=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 OPENCV_LOG_LEVEL=SILENT PYTHONWARNINGS=ignore PYTHONPATH=$HERE
CHANGED=0

# deb NAME VERSION: a Debian package of exactly this upstream version, installed if it is missing.
deb() {
    dpkg-query -W "$1" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/dev/null
    local found
    found=$(dpkg-query -W -f '${Version}' "$1")
    echo "package    $1 $found"
    [[ $found == "$2"* ]] || { echo "expected   $1 $2: this finding says nothing about $found"; exit 2; }
}

# npm_packages NAME@VERSION...: into the temporary folder.
npm_packages() {
    printf 'package    %s\n' "$@"
    npm install --silent --no-audit --no-fund --no-package-lock "$@" >/dev/null
}

# cs FILE ARGS...: a file-based C# program, run from the temporary folder; its packages stand in #:package lines.
cs() {
    local file=$1
    shift
    sed -n 's/^#:package /package    /p' "$file" >&3
    [[ $file -ef $TMP/program.cs ]] || cp "$file" "$TMP/program.cs"
    dotnet run "$TMP/program.cs" -- "$@"
}

python() { /usr/bin/python3 "$@"; }

# saw WHAT EXPECTED ACTUAL: prints what was seen; a difference ends the script with exit code 1.
saw() {
    if [[ $2 == "$3" ]]; then echo "seen       $1: $3"; else echo "CHANGED    $1: was $2, is now $3"; CHANGED=1; fi
}

finish() {
    if ((CHANGED)); then echo "This finding is out of date."; exit 1; fi
    echo "As found."
}

# mosquitto LINES...: a broker on a free loopback port, in $PORT, with these lines in its configuration.
mosquitto() {
    deb mosquitto 2.0.11
    PORT=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    printf '%s\n' "listener $PORT 127.0.0.1" "allow_anonymous true" "user root" "$@" >mosquitto.conf
    /usr/sbin/mosquitto -c mosquitto.conf >mosquitto.log 2>&1 &
    BROKER=$!
    trap 'kill $BROKER 2>/dev/null; rm -rf "$TMP"' EXIT
    for _ in $(seq 50); do (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return; sleep .1; done
    cat mosquitto.log
    exit 1
}
