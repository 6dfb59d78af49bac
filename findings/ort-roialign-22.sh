#!/bin/bash
# ONNX Runtime: a Mask R-CNN that names opset 22 cannot be opened
#
# Expected  ONNX Runtime 1.31 takes models of opset 22 (it takes 23 and 24), and RoiAlign 22 differs from 16 only by a further type, bfloat16.
# Happens   "Could not find an implementation for RoiAlign(22)". The same graph with opset 21 in the header runs.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, CPU.
# LeafSeg   exports opset 17, which its contract allows; do not raise a model's opset beyond 21.
. "$(dirname "$0")/lib.sh"
python - <<'PY'
from onnx_file import *
for opset in (21, 22):
    model(f"{opset}.onnx", opset, [], [value("y", FLOAT, 1, 1, 1, 1)], [node("RoiAlign", ["x", "rois", "batch"], ["y"],
          output_height=1, output_width=1)],
          [constant("x", FLOAT, [1, 1, 2, 2], [1, 1, 1, 1]), constant("rois", FLOAT, [1, 4], [0, 0, 2, 2]), constant("batch", INT64, [1], [0])], ir=10)
model("relu23.onnx", 23, [], [value("y", FLOAT, 1)], [node("Relu", ["x"], ["y"])], [constant("x", FLOAT, [1], [3])], ir=10)
PY
mapfile -t out < <(cs "$HERE/ort.cs" 21.onnx 22.onnx relu23.onnx)
saw "opset 21" "1" "${out[0]}"
saw "opset 22" "error: [ErrorCode:NotImplemented] Could not find an implementation for RoiAlign(22) node with name ''" "${out[1]}"
saw "another operator at opset 23" "3" "${out[2]}"
finish
