#!/bin/bash
# ONNX Runtime: one NaN score, four answers that depend on where it stands
#
# Expected  NaN comes through ReduceMax, MaxPool and ArgMax alike (NumPy, PyTorch), and TopK puts it at one end.
# Happens   ReduceMax and ReduceMin give NaN if it is the first element and pass it over elsewhere; MaxPool gives it only if it is last; ArgMax
#           always points at it. TopK leaves it where it happens to be compared: 3 NaN 2 1 is "sorted", and a NaN can take a place among the
#           best. A check "is the best score NaN?" therefore finds some and misses others.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, CPU. The ONNX operators say nothing of NaN.
# LeafSeg   compares scores with a threshold, which NaN fails; the proof of a model on its golden cases would show the rest.
. "$(dirname "$0")/lib.sh"
python - <<'PY'
from onnx_file import *
nan = float("nan")
for name, numbers in (("first", [nan, 1, 3, 2]), ("second", [1, nan, 3, 2]), ("last", [1, 3, 2, nan])):
    model(f"{name}.onnx", 19, [], [value("r", FLOAT, 1), value("p", FLOAT, 1, 1, 1), value("a", INT64, 1), value("t", FLOAT, 4), value("i", INT64, 4)],
          [node("ReduceMax", ["x"], ["r"]), node("MaxPool", ["x3"], ["p"], kernel_shape=[4]), node("ArgMax", ["x"], ["a"], axis=0),
           node("TopK", ["x", "k"], ["t", "i"])],
          [constant("x", FLOAT, [4], numbers), constant("x3", FLOAT, [1, 1, 4], numbers), constant("k", INT64, [1], [4])])
PY
mapfile -t out < <(cs "$HERE/ort.cs" first.onnx second.onnx last.onnx)
echo "           ReduceMax | MaxPool | ArgMax | TopK, its indices"
saw "NaN 1 3 2" "NaN | 3 | 0 | 3 2 NaN 1 | 2 3 0 1" "${out[0]}"
saw "1 NaN 3 2" "3 | 3 | 1 | 3 2 NaN 1 | 2 3 1 0" "${out[1]}"
saw "1 3 2 NaN" "3 | NaN | 3 | 3 NaN 2 1 | 1 3 2 0" "${out[2]}"
finish
