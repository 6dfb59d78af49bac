#!/usr/bin/env bash
# Puts ONNX Runtime's GPU libraries, as built on this Jetson, into the installed agent: use-onnxruntime.sh FOLDER
# The package's own stay beside them as NAME.package. The installed model must pass its proof with them, else the package's own are back.
#
# Exit codes: 0 in use, 1 the proof failed and the old library is back, 2 the command line is wrong, 3 a library is missing in FOLDER.
# The copying and going back is tried on x86-64 (tests/package.sh); the GPU libraries have not been tried.
set -euo pipefail
program=${PROGRAM_FOLDER:-/usr/lib/leafseg}
[ $# -eq 1 ] && [ "$1" != --help ] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; [ "${1:-}" = --help ] && exit 0 || exit 2; }
[ -x "$program/leafseg-agent" ] || { echo "use-onnxruntime.sh: found no leafseg-agent in $program; install the package first" >&2; exit 3; }

libraries=(libonnxruntime.so libonnxruntime_providers_shared.so libonnxruntime_providers_cuda.so libonnxruntime_providers_tensorrt.so)
for library in "${libraries[@]}"; do
  [ -e "$1/$library" ] || { echo "use-onnxruntime.sh: found no $library in $1, expected the folder of a build with --use_cuda --use_tensorrt --build_shared_lib" >&2; exit 3; }
done

# ofPackage FILE: dpkg put it there, and nobody has changed it since.
ofPackage() {
  local package
  package=$(dpkg-query --search "$1" 2>/dev/null) && ! grep --quiet " $1\$" <<<"$(dpkg --verify "${package%%:*}")"
}
# An upgrade brings another file of the package's own: its copy is renewed, so that the way back never leads to an older version.
for library in "${libraries[@]}"; do
  if [ -e "$program/$library" ] && { [ ! -e "$program/$library.package" ] || ofPackage "$program/$library"; }; then
    cp "$program/$library" "$program/$library.package"
  fi
done
for library in "${libraries[@]}"; do
  # Under another name first: a running agent keeps what it has open.
  cp --dereference "$1/$library" "$program/$library.new"
  mv "$program/$library.new" "$program/$library"
done
if "$program/leafseg-agent" prove "$(ls "$program"/models/leafseg-*.onnx | tail -n 1)"; then
  echo "In use. Next: \"model\": { \"provider\": \"tensorRt\" } in the settings, then leafseg-agent doctor"
else
  for library in "${libraries[@]}"; do
    rm -f "$program/$library"
    [ ! -e "$program/$library.package" ] || mv "$program/$library.package" "$program/$library"
  done
  echo "use-onnxruntime.sh: the model's proof failed with these libraries (see above); the package's own is back" >&2
  exit 1
fi
