#!/bin/bash
# ONNX Runtime: session.x64quantprecision cannot open a model in which two layers share a zero point
#
# Expected  The option (it keeps 8-bit sums of products from saturating on processors without VNNI) changes speed and precision only. Sharing a
#           zero point, which is 0 for every symmetric weight, is what exporters do.
# Happens   "Attempt to replace the existing tensor": the session cannot be made. With a copy of the number for each layer it opens. Sharing
#           weights fails alike. Without the option all three models run.
# Seen      Microsoft.ML.OnnxRuntime 1.31.1, x64.
# LeafSeg   does not set the option; an exporter that is to be used with it has to write zero points once for each layer.
. "$(dirname "$0")/lib.sh"
[[ $(uname -m) == x86_64 ]] || { echo "the option is for x64"; exit 2; }
python - <<'PY'
from onnx_file import *
def write(name, weights, zeros):
    nodes, constants = [], [constant("s", FLOAT, [], [.01]), constant("z", UINT8, [], [0]), constant("x", FLOAT, [1, 4], [1, 1, 1, 1])]
    for layer in range(2):
        w, z = f"w{layer if weights else 0}", f"wz{layer if zeros else 0}"
        if layer == 0 or weights:
            constants.append(constant(w, INT8, [4, 4], [100] * 16))
        if layer == 0 or zeros:
            constants.append(constant(z, INT8, [], [0]))
        nodes += [node("QuantizeLinear", ["x", "s", "z"], [f"q{layer}"]), node("DequantizeLinear", [f"q{layer}", "s", "z"], [f"d{layer}"]),
                  node("DequantizeLinear", [w, "s", z], [f"v{layer}"]), node("MatMul", [f"d{layer}", f"v{layer}"], [f"m{layer}"]),
                  node("QuantizeLinear", [f"m{layer}", "s2", "z"], [f"r{layer}"]), node("DequantizeLinear", [f"r{layer}", "s2", "z"], [f"y{layer}"])]
    constants.append(constant("s2", FLOAT, [], [.1]))
    model(name, 17, [], [value("y0", FLOAT, 1, 4), value("y1", FLOAT, 1, 4)], nodes, constants)
write("own.onnx", True, True)
write("zero.onnx", True, False)
write("weights.onnx", False, True)
PY
on=session.x64quantprecision=1
mapfile -t out < <(cs "$HERE/ort.cs" zero.onnx own.onnx,$on zero.onnx,$on weights.onnx,$on)
saw "without the option" "4 4 4 4 | 4 4 4 4" "${out[0]}"
saw "with it, nothing shared" "4 4 4 4 | 4 4 4 4" "${out[1]}"
for i in 2 3; do saw "with it, shared" "Attempt to replace the existing tensor" "$(grep -o 'Attempt to replace the existing tensor' <<<"${out[i]}" || echo "${out[i]}")"; done
finish
