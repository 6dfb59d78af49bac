#!/usr/bin/env python3
"""matterport's Mask R-CNN a second time, in numpy, h5py and torch.nn.functional, by Keras' conventions. Weights are random.

    peer.py weights FILE [--small] [--renamed]   writes a weight file with matterport's 690 weights; small: an eighth of the widths;
                                                 renamed: inner names end in _1, so that only `weight_names` tells the path
    peer.py answers FOLDER                       writes weights.h5 (ResNet-50, narrow heads), layers.tsv, levels.tsv and
                                                 goldens/*.npy: what the network answers, [1, H, W, C] as Keras has it
    peer.py check FOLDER                         computes the goldens of FOLDER, recorded from Keras, and compares. It needs
                                                 FOLDER/make_h5.py, which writes the weights for them

Debian: python3-torch, python3-h5py, python3-numpy. Weight, bias and statistics of a layer follow from its name alone.
"""
import argparse
import hashlib
import importlib.util
import math
import pathlib
import tempfile
import zlib

import h5py
import numpy as np
import torch
import torch.nn.functional as F

CLASSES = 3
MEANS = torch.tensor([123.7, 116.8, 103.9])


# The layers, in Keras' order: {layer: {weight: array}}.

class Layers:
    def __init__(self, blocks, divide, heads):
        """blocks: of each stage; divide: of the backbone's widths; heads: widths of pyramid, RPN and box head."""
        self.all = {}
        widths, (pyramid, rpn, box) = [w // divide for w in (64, 128, 256, 512)], heads
        self.conv("conv1", 7, 3, widths[0], scale=0.01)
        self.norm("bn_conv1", widths[0])
        inside = widths[0]
        for stage, (count, width) in enumerate(zip(blocks, widths), 2):
            for index in range(count):
                block = f"{stage}{chr(97 + index)}_branch"
                for part, kernel, first, last in (("2a", 1, inside, width), ("2b", 3, width, width), ("2c", 1, width, 4 * width)):
                    self.conv(f"res{block}{part}", kernel, first, last)
                    self.norm(f"bn{block}{part}", last, gain=0.3 if part == "2c" else 1)
                if index == 0:
                    self.conv(f"res{block}1", 1, inside, 4 * width)
                    self.norm(f"bn{block}1", 4 * width)
                inside = 4 * width
        for level, width in zip((5, 4, 3, 2), reversed(widths)):
            self.conv(f"fpn_c{level}p{level}", 1, 4 * width, pyramid)
        for level in (5, 2, 3, 4):
            self.conv(f"fpn_p{level}", 3, pyramid, pyramid)
        for name, kernel, first, last in (("conv_shared", 3, pyramid, rpn), ("class_raw", 1, rpn, 6), ("bbox_pred", 1, rpn, 12)):
            self.conv(f"rpn_{name}", kernel, first, last, layer="rpn_model")
        for index in range(1, 5):
            self.conv(f"mrcnn_mask_conv{index}", 3, pyramid, pyramid)
            self.norm(f"mrcnn_mask_bn{index}", pyramid)
        self.conv("mrcnn_class_conv1", 7, pyramid, box)
        self.norm("mrcnn_class_bn1", box)
        self.conv("mrcnn_class_conv2", 1, box, box)
        self.norm("mrcnn_class_bn2", box)
        self.dense("mrcnn_bbox_fc", box, 4 * CLASSES)
        self.conv("mrcnn_mask_deconv", 2, pyramid, pyramid)
        self.dense("mrcnn_class_logits", box, CLASSES)
        self.conv("mrcnn_mask", 1, pyramid, CLASSES)

    def put(self, layer, name, **weights):
        """Keyed by the weight's own layer: the RPN's three lie in one group."""
        random = np.random.RandomState(zlib.crc32(name.encode()))
        group = self.all.setdefault(layer or name, {})
        for kind, (shape, low, high) in weights.items():
            group[f"{name}/{kind}:0"] = random.uniform(low, high, shape).astype("<f4")

    def conv(self, name, kernel, inside, outside, scale=1.0, layer=None):
        limit = scale * math.sqrt(3 / (kernel * kernel * inside))
        self.put(layer, name, kernel=((kernel, kernel, inside, outside), -limit, limit), bias=((outside,), -0.1, 0.1))

    def dense(self, name, inside, outside):
        limit = math.sqrt(3 / inside)
        self.put(None, name, kernel=((inside, outside), -limit, limit), bias=((outside,), -0.1, 0.1))

    def norm(self, name, width, gain=1.0):
        self.put(None, name, gamma=((width,), 0.7 * gain, 1.3 * gain), beta=((width,), -0.2, 0.2),
                 moving_mean=((width,), -0.2, 0.2), moving_variance=((width,), 0.5, 1.5))


def write(path, layers, renamed=False):
    with h5py.File(path, "w", libver="earliest") as file:
        names = ["input_image", *layers.all, "mrcnn_bbox_loss"]
        file.attrs["layer_names"] = np.array([name.encode() for name in names])
        file.attrs["keras_version"] = "2.0.8"
        file.attrs["backend"] = "tensorflow"
        for layer in names:
            group, weights = file.create_group(layer), layers.all.get(layer, {})
            inner = {name.replace("/", "_1/") if renamed else name: array for name, array in weights.items()}
            group.attrs["weight_names"] = np.array([name.encode() for name in inner]) if inner else np.zeros(0)
            for name, array in inner.items():
                group.create_dataset(name, data=array)


# The network, [1, C, H, W] inside.

class Network:
    def __init__(self, path):
        self.weights = {}
        with h5py.File(path) as file:
            for layer in file:
                for name in file[layer].attrs["weight_names"]:
                    name = name.decode()
                    self.weights[name] = torch.from_numpy(file[layer][name][()])

    def conv(self, x, name, stride=1, padding=0):
        kernel = self.weights[f"{name}/kernel:0"]
        return F.conv2d(x, kernel.permute(3, 2, 0, 1), self.weights[f"{name}/bias:0"], stride, padding)

    def norm(self, x, name):
        parts = [self.weights[f"{name}/{part}:0"] for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        return F.batch_norm(x, *parts, eps=1e-3)

    def dense(self, x, name):
        return x @ self.weights[f"{name}/kernel:0"] + self.weights[f"{name}/bias:0"]

    def backbone(self, picture):
        """picture: uint8 [H, W, 3], RGB. C1 (after the pool) to C5. The stride is on a block's first 1x1."""
        x = (torch.from_numpy(picture.astype(np.float32)) - MEANS).permute(2, 0, 1)[None]
        x = F.relu(self.norm(self.conv(x, "conv1", 2, 3), "bn_conv1"))
        maps = [F.max_pool2d(F.pad(x, (0, 1, 0, 1), value=-math.inf), 3, 2)]
        for stage in (2, 3, 4, 5):
            x, index = maps[-1], 0
            while f"res{stage}{chr(97 + index)}_branch2a/kernel:0" in self.weights:
                block, stride = f"{stage}{chr(97 + index)}_branch", 2 if stage > 2 and index == 0 else 1
                path = F.relu(self.norm(self.conv(x, f"res{block}2a", stride), f"bn{block}2a"))
                path = F.relu(self.norm(self.conv(path, f"res{block}2b", 1, 1), f"bn{block}2b"))
                path = self.norm(self.conv(path, f"res{block}2c"), f"bn{block}2c")
                short = self.norm(self.conv(x, f"res{block}1", stride), f"bn{block}1") if index == 0 else x
                x, index = F.relu(path + short), index + 1
            maps.append(x)
        return maps

    def pyramid(self, maps):
        """P2 to P6; P6 is every second pixel of P5."""
        merged = [self.conv(maps[4], "fpn_c5p5")]
        for level in (4, 3, 2):
            merged.append(F.interpolate(merged[-1], scale_factor=2) + self.conv(maps[level - 1], f"fpn_c{level}p{level}"))
        levels = [self.conv(x, f"fpn_p{level}", 1, 1) for level, x in zip((2, 3, 4, 5), reversed(merged))]
        return [*levels, levels[-1][:, :, ::2, ::2]]

    def proposals(self, level):
        """Of one level: logits [1, A, 2], background before object, and deltas [1, A, 4]."""
        hidden = F.relu(self.conv(level, "rpn_conv_shared", 1, 1))
        rows = lambda x, width: x.permute(0, 2, 3, 1).reshape(1, -1, width)  # noqa: E731
        return rows(self.conv(hidden, "rpn_class_raw"), 2), rows(self.conv(hidden, "rpn_bbox_pred"), 4)

    def classes(self, pooled):
        """pooled: [N, C, 7, 7]. Logits [N, classes] and deltas [N, classes, 4]."""
        x = F.relu(self.norm(self.conv(pooled, "mrcnn_class_conv1"), "mrcnn_class_bn1"))
        x = F.relu(self.norm(self.conv(x, "mrcnn_class_conv2"), "mrcnn_class_bn2"))[:, :, 0, 0]
        return self.dense(x, "mrcnn_class_logits"), self.dense(x, "mrcnn_bbox_fc").reshape(len(x), -1, 4)

    def masks(self, pooled):
        """pooled: [N, C, 14, 14]. Probabilities [N, classes, 28, 28]."""
        for index in range(1, 5):
            pooled = F.relu(self.norm(self.conv(pooled, f"mrcnn_mask_conv{index}", 1, 1), f"mrcnn_mask_bn{index}"))
        kernel = self.weights["mrcnn_mask_deconv/kernel:0"].permute(3, 2, 0, 1)
        doubled = F.relu(F.conv_transpose2d(pooled, kernel, self.weights["mrcnn_mask_deconv/bias:0"], 2))
        return torch.sigmoid(self.conv(doubled, "mrcnn_mask"))


def anchors(sides):
    """y1 x1 y2 x2 in pixels; one scale a level, ratios width / height of .5, 1, 2, centres at whole strides."""
    rows = []
    for level, side in enumerate(sides):
        stride, scale = 4 << level, 32 << level
        for y in range(side):
            for x in range(side):
                for ratio in (0.5, 1, 2):
                    h, w = scale / math.sqrt(ratio), scale * math.sqrt(ratio)
                    rows.append([y * stride - h / 2, x * stride - w / 2, y * stride + h / 2, x * stride + w / 2])
    return np.array(rows)


def decoded(boxes, deltas, size):
    """Anchors moved by deltas x (.1 .1 .2 .2), normalised and cut to 0..1."""
    boxes = (boxes - [0, 0, 1, 1]) / (size - 1)
    deltas = deltas * [0.1, 0.1, 0.2, 0.2]
    sides = boxes[:, 2:] - boxes[:, :2]
    centres = boxes[:, :2] + sides / 2 + deltas[:, :2] * sides
    sides = sides * np.exp(deltas[:, 2:])
    return np.clip(np.concatenate([centres - sides / 2, centres + sides / 2], 1), 0, 1)


def crop_and_resize(level, box, cells):
    """level: [C, H, W]. One bilinear sample a cell, the outer ones on the box's edges; 0 outside the map."""
    channels, height, width = level.shape
    out = np.zeros((channels, cells, cells))
    for i in range(cells):
        y = box[0] * (height - 1) + i * (box[2] - box[0]) * (height - 1) / (cells - 1)
        for j in range(cells):
            x = box[1] * (width - 1) + j * (box[3] - box[1]) * (width - 1) / (cells - 1)
            if 0 <= y <= height - 1 and 0 <= x <= width - 1:
                y0, x0 = int(y), int(x)
                y1, x1, v, u = min(y0 + 1, height - 1), min(x0 + 1, width - 1), y - y0, x - x0
                out[:, i, j] = (1 - v) * ((1 - u) * level[:, y0, x0] + u * level[:, y0, x1]) + v * ((1 - u) * level[:, y1, x0] + u * level[:, y1, x1])
    return out


def level_of(height, width, side):
    return min(5, max(2, 4 + round(math.log2(math.sqrt(height * width) / (224 / side)))))


def answers(network, given):
    """given: image, pooled7, pooled14, crop_boxes, crop_levels. Everything in Keras' order."""
    last = lambda x: x.permute(0, 2, 3, 1).numpy()  # noqa: E731
    first = lambda x: torch.from_numpy(x).reshape(-1, *x.shape[-3:]).permute(0, 3, 1, 2)  # noqa: E731
    size = given["image"].shape[0]
    maps = network.backbone(given["image"])
    levels = network.pyramid(maps)
    found = {f"c{i + 1}": last(x) for i, x in enumerate(maps)} | {f"p{i + 2}": last(x) for i, x in enumerate(levels)}
    deltas = []
    for i, level in enumerate(levels):
        logits, moves = network.proposals(level)
        found |= {f"rpn_logits_p{i + 2}": logits.numpy(), f"rpn_probs_p{i + 2}": logits.softmax(2).numpy(), f"rpn_deltas_p{i + 2}": moves.numpy()}
        deltas.append(moves[0].numpy())
    found["anchors"] = anchors([level.shape[2] for level in levels])
    found["rpn_boxes"] = decoded(found["anchors"], np.concatenate(deltas), size)
    logits, moves = network.classes(first(given["pooled7"]))
    found |= {"class_logits": logits.numpy()[None], "class_probs": logits.softmax(1).numpy()[None], "class_deltas": moves.numpy()[None]}
    found["mask"] = network.masks(first(given["pooled14"])).permute(0, 2, 3, 1).numpy()[None]
    for cells, chosen in ((7, range(6)), (14, (0, 3))):
        crops = [crop_and_resize(levels[given["crop_levels"][i] - 2][0].numpy(), given["crop_boxes"][i], cells) for i in chosen]
        found[f"crop{cells}"] = np.stack(crops).transpose(0, 2, 3, 1)
    return {name: value.astype("<f4") for name, value in found.items()}


def given(pyramid):
    random = np.random.RandomState(19)
    y, x = np.mgrid[0:128, 0:128]
    picture = np.stack([90 + x // 2, 60 + y, 40 + (x + y) // 3], 2) + random.randint(0, 40, (128, 128, 3))
    picture[(x - 60) ** 2 + (y - 70) ** 2 < 900] = (60, 140, 50)
    # Samples that fall on the map's edge but for rounding would be in or out by chance.
    boxes = np.array([[0.1, 0.2, 0.6, 0.7], [0, 0, 1, 1], [0.33, 0.05, 0.41, 0.3], [0.7, 0.6, 1.1, 1.23], [-0.13, 0.4, 0.2, 0.5], [0.5, 0.5, 0.52, 0.53]])
    return {
        "image": picture.astype(np.uint8),
        "pooled7": random.uniform(-1, 1, (1, 2, 7, 7, pyramid)).astype("<f4"),
        "pooled14": random.uniform(-1, 1, (1, 2, 14, 14, pyramid)).astype("<f4"),
        "crop_boxes": boxes.astype("<f4"),
        "crop_levels": np.array([3, 5, 2, 4, 2, 2], "<i4"),
    }


def write_answers(folder):
    heads = (64, 128, 96)
    layers = Layers((3, 4, 6, 3), 1, heads)
    write(folder / "weights.h5", layers)
    rows = ["place\tlayer\tdataset\tshape\tsha256"]
    for place, (layer, weights) in enumerate(layers.all.items()):
        for name, array in weights.items():
            digest = hashlib.sha256(array.tobytes()).hexdigest()
            rows.append(f"{place}\t{layer}\t/{layer}/{name}\t{'x'.join(map(str, array.shape))}\t{digest}")
    (folder / "layers.tsv").write_text("\n".join(rows) + "\n")
    rows = ["picture\theight\twidth\tlevel"]
    for side in (128, 512, 1024):
        for height, width in ((0.01, 0.01), (0.05, 0.08), (0.1, 0.1), (0.2, 0.15), (0.3, 0.4), (0.5, 0.5), (0.62, 0.7), (0.9, 0.2), (1, 1)):
            rows.append(f"{side}\t{height}\t{width}\t{level_of(height, width, side)}")
    (folder / "levels.tsv").write_text("\n".join(rows) + "\n")
    (folder / "goldens").mkdir()
    inputs = given(heads[0])
    for name, value in (inputs | answers(Network(folder / "weights.h5"), inputs)).items():
        np.save(folder / "goldens" / f"{name}.npy", np.ascontiguousarray(value))


def check(folder):
    load = lambda name: np.load(folder / "goldens" / f"{name}.npy")  # noqa: E731
    spec = importlib.util.spec_from_file_location("make_h5", folder / "make_h5.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    with tempfile.TemporaryDirectory() as temporary:
        made.write(f"{temporary}/weights.h5", quiet=True)
        found = answers(Network(f"{temporary}/weights.h5"), {name: load(name) for name in ("image", "pooled7", "pooled14", "crop_boxes", "crop_levels")})
    for name, ours in found.items():
        theirs = load(name)
        off = np.abs(ours.reshape(theirs.shape) - theirs).max() / np.abs(theirs).max()
        assert off < 1e-5, (name, off)
    for row in (folder / "levels.tsv").read_text().splitlines()[1:]:
        side, height, width, level = row.split("\t")[:4]
        assert level_of(float(height), float(width), int(side)) == int(level), row
    print(f"{len(found)} goldens and all levels agree with Keras'")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["weights", "answers", "check"])
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--renamed", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    with torch.no_grad():
        if chosen.what == "weights":
            divide = 8 if chosen.small else 1
            write(chosen.path, Layers((3, 4, 23, 3), divide, [width // divide for width in (256, 512, 1024)]), chosen.renamed)
        elif chosen.what == "answers":
            write_answers(chosen.path)
        else:
            check(chosen.path)
