#!/usr/bin/env python3
"""Writes, by PyTorch, small files of weights in its two forms and two that would run a command when unpickled; and, for the
shipped EfficientNet-Lite0 weights and a picture drawn here, the maps that the network gives.

    make.py               writes the files beside this one
    make.py --check DIR   computes the maps of DIR's golden_image.npy and compares with its golden_*.npy

The network is written here from the paper's table, with torch.nn.functional alone: nothing of LeafSeg's own network is in it.
Debian: python3-torch, python3-numpy, python3-pil.
"""
import hashlib
import json
import os
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parent))
from leaves import ellipse  # noqa: E402

WEIGHTS = here.parents[2] / "ModelTraining" / "Pretrained" / "efficientnet-lite0.safetensors"
# kernel, stride of the first block, expansion, width, blocks
STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]
MAPS = {2: "golden_c2", 4: "golden_c3", 10: "golden_c4", 15: "golden_c5"}


class Command:
    """Unpickled without care, it runs a command (one that does nothing)."""

    def __reduce__(self):
        return os.system, ("true",)


def sample():
    random = torch.Generator().manual_seed(31)
    values = lambda *shape: torch.randn(*shape, generator=random)  # noqa: E731
    tensors = {"_conv_stem.weight": values(32, 3, 3, 3)}
    for norm, width in (("_bn0", 32), ("_blocks.0._bn1", 32), ("_blocks.0._bn2", 16)):
        for part in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"{norm}.{part}"] = values(width)
        tensors[f"{norm}.num_batches_tracked"] = torch.tensor(12345)
    tensors["_blocks.0._depthwise_conv.weight"] = values(32, 1, 3, 3)
    tensors["_blocks.0._project_conv.weight"] = values(16, 32, 1, 1)
    whole = values(8, 6)
    tensors["extra.transposed"] = whole.t()
    tensors["extra.slice"] = whole[1:7:2, ::2]
    tensors["extra.half"] = torch.tensor([0, 1, -2.5, 65504, 6e-8]).half()
    tensors["extra.bfloat16"] = torch.tensor([0, 1, -2.5, 3e38, 1e-40]).bfloat16()
    tensors["extra.empty"] = torch.zeros(0, 3)
    return tensors


def write_samples():
    tensors = sample()
    rows = ["name\tshape\tdtype\tsha256 of the row-major little-endian values"]
    for name, tensor in tensors.items():
        raw = tensor.contiguous()
        raw = raw.view(torch.int16) if raw.dtype == torch.bfloat16 else raw
        digest = hashlib.sha256(raw.numpy().tobytes()).hexdigest()
        rows.append("\t".join([name, "x".join(map(str, tensor.shape)) or "scalar", str(tensor.dtype).split(".")[1], digest]))
    (here / "samples.tsv").write_text("\n".join(rows) + "\n")
    for form in ("legacy", "zip"):
        torch.save(tensors, here / f"sample-{form}.pth", _use_new_zipfile_serialization=form == "zip")
        torch.save({"weight": torch.ones(2), "more": Command()}, here / f"refuse-{form}.pth", _use_new_zipfile_serialization=form == "zip")


def read_weights():
    file = WEIGHTS.read_bytes()
    length = int.from_bytes(file[:8], "little")
    tensors = {}
    for name, entry in json.loads(file[8:8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + at for at in entry["data_offsets"])
            tensors[name] = torch.from_numpy(np.frombuffer(file[start:end], "<f4").reshape(entry["shape"]).copy())
    return tensors


def same_padding(x, kernel, stride):
    """TensorFlow's SAME: as many cells as stride divides into, the odd pixel of padding after."""
    pads = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in x.shape[-2:]]
    return F.pad(x, [pads[1] // 2, pads[1] - pads[1] // 2, pads[0] // 2, pads[0] - pads[0] // 2])


def maps(picture):
    """picture: uint8 [H, W, 3], RGB. The maps at strides 4, 8, 16 and 32, [1, C, h, w], and the 1000 logits."""
    weights = read_weights()

    def norm(x, name):
        parts = [weights[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(x, *parts, eps=1e-3)

    x = (torch.from_numpy(picture).permute(2, 0, 1)[None].float() - 127) / 128
    x = F.relu6(norm(F.conv2d(same_padding(x, 3, 2), weights["_conv_stem.weight"], stride=2), "_bn0"))
    found, block, width = {}, 0, 32
    for kernel, first, expansion, out, count in STAGES:
        for index in range(count):
            name, stride, start = f"_blocks.{block}.", first if index == 0 else 1, x
            if expansion > 1:
                x = F.relu6(norm(F.conv2d(x, weights[name + "_expand_conv.weight"]), name + "_bn0"))
            depthwise = weights[name + "_depthwise_conv.weight"]
            x = F.relu6(norm(F.conv2d(same_padding(x, kernel, stride), depthwise, stride=stride, groups=depthwise.shape[0]), name + "_bn1"))
            x = norm(F.conv2d(x, weights[name + "_project_conv.weight"]), name + "_bn2")
            x = x + start if stride == 1 and width == out else x
            if block in MAPS:
                found[MAPS[block]] = x
            block, width = block + 1, out
    x = F.relu6(norm(F.conv2d(x, weights["_conv_head.weight"]), "_bn1")).mean([2, 3])
    found["golden_logits"] = F.linear(x, weights["_fc.weight"], weights["_fc.bias"])
    return {name: value.numpy() for name, value in found.items()}


def draw():
    """Three leaves on soil, 64 x 96."""
    random = np.random.RandomState(5)
    picture = np.clip(random.normal((96, 72, 52), 14, (64, 96, 3)), 0, 255)
    for centre, axes, degrees, colour in [((30, 30), (20, 9), 30, (70, 140, 40)), ((60, 24), (22, 10), -40, (90, 160, 60)), ((56, 46), (16, 8), 80, (60, 120, 50))]:
        picture[ellipse(64, 96, centre, axes, degrees)] = colour
    return picture.astype(np.uint8)


if __name__ == "__main__":
    with torch.no_grad():
        if len(sys.argv) == 3 and sys.argv[1] == "--check":
            folder = pathlib.Path(sys.argv[2])
            for name, ours in maps(np.load(folder / "golden_image.npy")).items():
                theirs = np.load(folder / f"{name}.npy")
                difference = np.abs(ours - theirs.reshape(ours.shape)).max() / np.abs(theirs).max()
                assert difference < 1e-5, (name, difference)
            print("all maps agree")
        else:
            write_samples()
            np.save(here / "golden_image.npy", draw())
            for name, values in maps(draw()).items():
                np.save(here / f"{name}.npy", values)
