#!/bin/bash
# ONNX Runtime 1.29 and newer reports to its maker on Linux; neither the API nor a variable set in .NET stops the first report
#
# Expected  No telemetry on Linux (before 1.29 there was none outside of Windows). If there is, ORT_DISABLE_TELEMETRY=1 "set before ONNX Runtime
#           initializes" (Privacy.md) stops it: a line at the top of Main(), say.
# Happens   Opening one model writes a device id and a database of events below ~/.cache/Microsoft, and while the process lives it looks up
#           mobile.events.data.microsoft.com. DisableTelemetryEvents() needs an OrtEnv, and making that is already enough (Privacy.md admits it);
#           Environment.SetEnvironmentVariable() does not reach the native getenv(). Only ORT_DISABLE_TELEMETRY in the environment from before the
#           start of the process keeps it quiet: no file is written.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, linux-x64. microsoft/onnxruntime#27379; immich 3.3.6 had to turn it off, too.
# LeafSeg   cannot do it from inside: put ORT_DISABLE_TELEMETRY=1 into the environment of its units and shells.
. "$(dirname "$0")/lib.sh"
unset ORT_DISABLE_TELEMETRY CI
python -c 'from onnx_file import *; model("m.onnx", 19, [], [value("y", FLOAT, 1)], [node("Relu", ["x"], ["y"])], [constant("x", FLOAT, [1], [1])])'
cat > run.cs <<'CS'
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property PublishAot=false
using Microsoft.ML.OnnxRuntime;

if (args is ["variable"])
{
    Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
}

if (args is ["api"])
{
    OrtEnv.Instance().DisableTelemetryEvents();
}

using var session = new InferenceSession("m.onnx");
CS
home() { rm -rf "$TMP/home"; mkdir "$TMP/home"; HOME=$TMP/home "$TMP/out/run" "$@"; (cd "$TMP/home" && find . -type f | sort | xargs); }
sed -n 's/^#:package /package    /p' run.cs
dotnet build run.cs -o out >/dev/null
store=./.cache/Microsoft/DeveloperTools/.onnxruntime
both="$store/deviceid $store/onnxruntime.db"
saw "files after opening one model" "$both" "$(home)"
saw "after DisableTelemetryEvents() first" "$both" "$(home api)"
saw "after Environment.SetEnvironmentVariable() first" "$both" "$(home variable)"
saw "with the variable from outside" "" "$(ORT_DISABLE_TELEMETRY=1 home)"
finish
