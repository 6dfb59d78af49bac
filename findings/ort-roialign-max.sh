#!/bin/bash
# ONNX Runtime: RoiAlign with mode "max" gives about a quarter of the right value
#
# Expected  The largest of the bilinear samples in a bin, as in the papers and as mode "avg" gives their mean.
# Happens   It takes the largest single product of a pixel and its weight, so a sample midway between four pixels counts a quarter. The
#           warning in the log says that this "will be fixed in the next ORT 1.13 release"; eighteen releases on it is as it was.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, CPU. microsoft/onnxruntime#6146 (2020), #14265.
# LeafSeg   exports mode "avg".
. "$(dirname "$0")/lib.sh"
python - <<'PY'
from onnx_file import *
for mode in ("avg", "max"):
    model(f"{mode}.onnx", 16, [], [value("y", FLOAT, 1, 1, 1, 1)], [node("RoiAlign", ["x", "rois", "batch"], ["y"], mode=mode,
          output_height=1, output_width=1, sampling_ratio=2, coordinate_transformation_mode="half_pixel")],
          [constant("x", FLOAT, [1, 1, 4, 4], [100] * 16), constant("rois", FLOAT, [1, 4], [0, 0, 4, 4]), constant("batch", INT64, [1], [0])])
PY
mapfile -t out < <(cs "$HERE/ort.cs" avg.onnx max.onnx)
saw "avg of a picture that is 100 everywhere" "100" "${out[0]}"
saw "max of the same picture" "25" "${out[1]}"
finish
