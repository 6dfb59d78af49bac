#!/bin/bash
# ONNX Runtime: Resize of uint8 rounds down, and with antialias it rounds to nearest
#
# Expected  Linear interpolation of 8-bit pixels in the graph is the float result rounded, as OpenCV, Pillow and torchvision do.
# Happens   The float is cut off: half a grey level is lost on average, at each resize, and int8 moves towards zero (brighter below it).
#           Between 0 and 1 eight steps are 0 0 0 0 0 0 1 1. With antialias=1 the same operator rounds to nearest.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, CPU. microsoft/onnxruntime#7368 (2021), onnx/onnx#3390: the specification says nothing.
# LeafSeg   letterboxes before the model, in C#, and converts to float first in the graph.
. "$(dirname "$0")/lib.sh"
python - <<'PY'
from onnx_file import *
def resize(name, kind, numbers, width, **attributes):
    model(name, 19, [], [value("y", kind, 1, 1, 1, width)], [node("Resize", ["x", "", "", "s"], ["y"], mode="linear", **attributes)],
          [constant("x", kind, [1, 1, 1, len(numbers)], numbers), constant("s", INT64, [4], [1, 1, 1, width])])
resize("float.onnx", FLOAT, [0, 1], 8)
resize("byte.onnx", UINT8, [0, 1], 8)
resize("sbyte.onnx", INT8, [-1, 0], 8)
resize("float-antialias.onnx", FLOAT, [0, 0, 1, 255, 255, 3], 2, antialias=1)
resize("byte-antialias.onnx", UINT8, [0, 0, 1, 255, 255, 3], 2, antialias=1)
PY
mapfile -t out < <(cs "$HERE/ort.cs" {float,byte,sbyte,float-antialias,byte-antialias}.onnx)
saw "float 0 1" "0 0 0.125 0.375 0.625 0.875 1 1" "${out[0]}"
saw "uint8 0 1" "0 0 0 0 0 0 1 1" "${out[1]}"
saw "int8 -1 0" "-1 -1 0 0 0 0 0 0" "${out[2]}"
saw "float, antialias" "28.555557 142.77779" "${out[3]}"
saw "uint8, antialias" "29 143" "${out[4]}"
finish
