#!/usr/bin/env python3
"""Draws COCO ground truth and detections and writes what reference.py answers to them.

    make.py               writes the files beside this one
    make.py --check DIR   compares reference.py with the answers of pycocotools that DIR holds, figure by figure

Debian: python3-numpy, python3-pil.
"""
import hashlib
import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
sys.path += [str(here), str(here.parent.parent)]
import reference  # noqa: E402
from leaves import ellipse, rosette  # noqa: E402


def coded(mask):
    return {"size": list(mask.shape), "counts": reference.text_of(reference.runs_of(mask))}


class Case:
    """One data set; masks are added as drawn."""

    def __init__(self, what, pictures=1, size=(60, 80), categories=(1,)):
        self.what, self.size, self.found = what, size, []
        self.truth = {
            "images": [{"id": i + 1, "file_name": f"{i + 1}.png", "height": size[0], "width": size[1]} for i in range(pictures)],
            "categories": [{"id": c, "name": f"leaf{c}"} for c in categories], "annotations": []}

    def add(self, mask, picture=1, category=1, crowd=0, form="text", **other):
        runs = reference.runs_of(mask)
        segmentation = {"size": list(mask.shape), "counts": runs} if form == "runs" else coded(mask)
        self.truth["annotations"].append({"id": len(self.truth["annotations"]) + 1, "image_id": picture, "category_id": category,
                                          "iscrowd": crowd, "area": float(mask.sum()), "bbox": reference.box_of(mask),
                                          "segmentation": segmentation} | other)

    def find(self, mask, score, picture=1, category=1, form="mask"):
        detection = {"image_id": picture, "category_id": category, "score": score}
        if "mask" in form:
            detection["segmentation"] = coded(mask)
        if "box" in form:
            detection["bbox"] = reference.box_of(mask)
        self.found.append(detection)


def block(size, x, y, w, h):
    mask = np.zeros(size, bool)
    mask[y:y + h, x:x + w] = True
    return mask


def plants(case, random, decimals=6, form="mask", categories=(1,)):
    """Rosettes whose leaves are found moved, twice, not at all, or where none is."""
    for picture in case.truth["images"]:
        labels = rosette(*case.size, random.randint(4, 12), random)
        for label in range(1, labels.max() + 1):
            mask, category = labels == label, categories[label % len(categories)]
            if not mask.any():
                continue
            case.add(mask, picture["id"], category, form=["text", "runs"][label % 2])
            for _ in range(random.choice([0, 1, 1, 1, 2])):
                moved = np.roll(mask, random.randint(-3, 4, 2), (0, 1))
                case.find(moved, round(random.uniform(0.05, 1), decimals), picture["id"], category, form)
        case.find(ellipse(*case.size, random.uniform(10, 50, 2), (7, 4)), round(random.uniform(0, 0.9), decimals), picture["id"], categories[0], form)
    random.shuffle(case.found)
    return case


def cases():
    random = np.random.RandomState(97)
    size = (60, 80)
    yield "leaves", plants(Case("rosettes, leaves moved, missed, doubled and invented", pictures=5), random)
    yield "leaves-large", plants(Case("areas on both sides of 1024 and 9216", pictures=2, size=(260, 300)), random)
    ties = plants(Case("scores of one decimal: many are equal", pictures=4), random, decimals=1)
    ties.truth["images"].reverse()
    yield "ties", ties
    backwards = plants(Case("", pictures=1), random)
    backwards.what, backwards.truth, backwards.found = "the detections of ties the other way round", ties.truth, ties.found[::-1]
    yield "ties-reversed", backwards
    for form in ("mask", "mask-and-box", "box-only"):
        yield f"detections-{form}", plants(Case(f"detections: {form}", pictures=2), np.random.RandomState(5), form=form)
    yield "categories", plants(Case("three categories, one without truth", pictures=3, categories=(18, 3, 7)), random, categories=(18, 3))
    crowd = Case("a crowd takes several detections; a leaf inside it is taken before it", pictures=1)
    crowd.add(block(size, 0, 0, 40, 60), crowd=1)
    crowd.add(block(size, 5, 5, 10, 10))
    crowd.add(block(size, 50, 10, 20, 20))
    for x, score in ((5, 0.9), (20, 0.8), (25, 0.7), (50, 0.6), (35, 0.5), (70, 0.4)):
        crowd.find(block(size, x, 5 if x == 5 else 12, 10 if x == 5 else 18, 10 if x == 5 else 18), score)
    yield "crowd", crowd
    only = Case("nothing but a crowd: nothing to find, -1")
    only.add(block(size, 0, 0, 40, 60), crowd=1)
    only.find(block(size, 5, 5, 9, 9), 0.5)
    yield "crowd-only", only
    nothing = Case("no truth: -1", pictures=2)
    nothing.find(block(size, 3, 3, 9, 9), 0.5)
    yield "no-gt", nothing
    unseen = plants(Case("no detection: precision and recall 0", pictures=2), random)
    unseen.found = []
    yield "empty-detections", unseen
    many = Case("150 detections of a picture, of which 100 count")
    for i, at in enumerate((0, 9, 98, 99, 100, 120)):
        many.add(block(size, 12 * i, 0, 10, 30))
    for i in range(150):
        hit = {0: 0, 9: 1, 98: 2, 99: 3, 100: 4, 120: 5}.get(i)
        many.find(block(size, i % 70, 40 + i // 70, 5, 6) if hit is None else block(size, 12 * hit, 0, 10, 30), 1 - i / 200)
    yield "over-100", many
    exact = Case("overlaps of exactly 10/20 to 19/20", pictures=10)
    for k in range(10):
        exact.add(block(size, 0, 0, 20, 1), picture=k + 1)
        exact.find(block(size, 0, 0, 10 + k, 1), 0.9 - k / 100, picture=k + 1)
    yield "exact-thresholds", exact
    equal = Case("of two equal overlaps the later leaf is taken; a better one wins over its place", pictures=2)
    for picture in (1, 2):
        for x in ((10, 30) if picture == 1 else (30, 10)):
            equal.add(block(size, x, 10, 20, 20), picture)
        equal.find(block(size, 10, 10, 40, 20), 0.9, picture)
        equal.find(block(size, 10, 10, 20, 20), 0.8, picture)
        equal.find(block(size, 30, 10, 20, 17), 0.7, picture)
    yield "equal-iou", equal
    area = Case("the area is the file's, not the mask's; `ignore` is not read; exactly 1024 is small and medium")
    area.add(block(size, 0, 0, 20, 20), area=2000.0, ignore=1)
    area.add(block(size, 25, 0, 32, 32))
    area.add(block(size, 60, 0, 15, 15), area=9216.0)
    for x, w, score in ((0, 20, 0.9), (25, 32, 0.8), (60, 15, 0.7), (1, 20, 0.6), (45, 9, 0.5)):
        area.find(block(size, x, 0, w, w), score)
    yield "area-field", area
    grid = Case("100 leaves of which 63 are found: recall falls on k/100", size=(80, 80))
    for i in range(100):
        leaf = block((80, 80), i % 10 * 8, i // 10 * 8, 6, 6)
        grid.add(leaf)
        if i % 8 < 5:
            grid.find(leaf, 1 - i / 128)
        if i % 7 == 0:
            grid.find(block((80, 80), i % 10 * 8 + 5, i // 10 * 8 + 5, 3, 3), 1 - i / 128 - 1 / 256)
    yield "recall-grid", grid
    lost = plants(Case("a detection in a picture that is not listed: refused; the figures are without it", pictures=2), random)
    lost.found.insert(1, dict(lost.found[0], image_id=77))
    yield "unknown-picture", lost
    empty = Case("an empty mask found and an empty leaf missed")
    empty.add(block(size, 5, 5, 10, 10))
    empty.add(np.zeros(size, bool))
    empty.find(np.zeros(size, bool), 0.9)
    empty.find(block(size, 5, 5, 10, 10), 0.8)
    yield "empty-masks", empty
    shapes = Case("leaves as polygons", pictures=1)
    for i, rings in enumerate(polygons((60, 80)).values()):
        mask = np.logical_or.reduce([reference.draw(ring, size) for ring in rings])
        if mask.any():
            shapes.add(mask, segmentation=rings)
            shapes.find(np.roll(mask, i % 3, 1), 1 - i / 64)
    yield "polygons", shapes


def polygons(size=(40, 50)):
    random = np.random.RandomState(11)
    square = [10, 5, 30, 5, 30, 25, 10, 25]
    found = {
        "square": [square],
        "the other way round": [[10, 5, 10, 25, 30, 25, 30, 5]],
        "closed": [square + [10, 5]],
        "by a half": [[v + 0.5 for v in square]],
        "by .49": [[v + 0.49 for v in square]],
        "by .1": [[v + 0.1 for v in square]],
        "triangle": [[3, 3, 40.3, 9.7, 12.2, 36.1]],
        "needle": [[2, 2, 47, 33.4, 46.6, 33.9]],
        "a pixel": [[7, 9, 8, 9, 8, 10, 7, 10]],
        "less than a pixel": [[7.2, 9.2, 7.4, 9.2, 7.4, 9.4, 7.2, 9.4]],
        "all points equal": [[5, 5, 5, 5, 5, 5]],
        "on one line": [[5, 5, 15, 15, 25, 25]],
        "the whole picture": [[0, 0, size[1], 0, size[1], size[0], 0, size[0]]],
        "beyond every border": [[-9.3, -4, size[1] + 7, -8.8, size[1] + 3, size[0] + 5, -2, size[0] + 9.9]],
        "outside": [[-30, 3, -10, 3, -10, 20, -30, 20]],
        "bow tie": [[5, 5, 40, 30, 40, 5, 5, 30]],
        "ring in a ring": [square, [15, 10, 25, 10, 25, 20, 15, 20]],
        "in and out again": [[5, 5, 35, 5, 35, 35, 5, 35, 5, 5, 15, 15, 15, 25, 25, 25, 25, 15, 15, 15]],
        "two parts": [[4, 4, 24, 6, 20, 22], [18, 12, 44, 14, 30, 34]],
    }
    for leaf in range(5):
        turn = np.linspace(0, 2 * np.pi, 9 + 6 * leaf, endpoint=False)
        radius = random.uniform(6, 17) * (1 + 0.3 * np.sin(3 * turn + leaf))
        ring = np.stack([25 + radius * np.cos(turn), 20 + radius * 0.8 * np.sin(turn)], 1)
        found[f"leaf {leaf + 1}"] = [[round(float(v), 2) for v in ring.ravel()]]
    for points in range(4):
        found[f"any points {points + 1}"] = [[round(float(v), 1) for v in random.uniform(-4, 54, 8 + 4 * points)]]
    return found


def masks():
    random = np.random.RandomState(3)
    size = (7, 9)
    found = {"empty": np.zeros(size, bool), "full": np.ones(size, bool), "empty 1x1": np.zeros((1, 1), bool), "full 1x1": np.ones((1, 1), bool)}
    for y, x in ((0, 0), (0, 8), (6, 0), (6, 8)):
        found[f"pixel {x} {y}"] = block(size, x, y, 1, 1)
    board = np.indices(size).sum(0) % 2 == 1
    found |= {"checkerboard": board, "the other checkerboard": ~board, "column": block(size, 4, 0, 1, 7), "row": block(size, 0, 3, 9, 1)}
    found |= {"one row": random.rand(1, 40) > 0.5, "one column": random.rand(40, 1) > 0.5, "two columns": block(size, 2, 0, 2, 7)}
    found["large numbers"] = block((900, 1100), 400, 50, 300, 700)
    found |= {f"rosette {i}": rosette(50, 60, 3 + 3 * i, random) > 0 for i in range(4)}
    found |= {f"noise {share}": random.rand(30, 40) < share for share in (0.05, 0.5, 0.95)}
    return found


def digest(mask):
    return hashlib.sha256(mask.ravel(order="F").astype(np.uint8).tobytes()).hexdigest()


def measured(mask):
    return {"sha256": digest(mask), "area": int(mask.sum()), "bbox": reference.box_of(mask)}


def overlaps():
    random = np.random.RandomState(41)
    for size in ((50, 60), (33, 21)):
        make = lambda: [np.roll(rosette(*size, 5, random) > 2, random.randint(-9, 9, 2), (0, 1)) for _ in range(6)]  # noqa: E731
        found, truth, crowd = make(), make(), [0, 1, 0, 0, 1, 0]
        yield {"kind": "mask", "iscrowd": crowd, "dt": [coded(m) for m in found], "gt": [coded(m) for m in truth],
               "iou": [[reference.mask_overlap(d, t, c) for t, c in zip(truth, crowd)] for d in found]}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 12) if isinstance(value, float) else value


def save(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


def write():
    save(here / "params.json", {"iouThrs": reference.THRESHOLDS.tolist(), "recThrs": reference.RECALLS.tolist(), "stats": reference.NAMES})
    save(here / "rle.json", [{"name": name, "size": list(mask.shape), "counts_compressed": coded(mask)["counts"],
                              "counts_uncompressed": reference.runs_of(mask)} | measured(mask) for name, mask in masks().items()])
    drawn = []
    for name, rings in polygons().items():
        each = [reference.draw(ring, (40, 50)) for ring in rings]
        joined = np.logical_or.reduce(each)
        drawn.append({"name": name, "size": [40, 50], "polygons": rings, "counts_of_each": [coded(m)["counts"] for m in each],
                      "counts_merged": coded(joined)["counts"]} | measured(joined))
    save(here / "polygons.json", drawn)
    save(here / "iou.json", rounded(list(overlaps())))
    for name, case in cases():
        folder = here / "cases" / name
        expected = {"what": case.what} | {kind: rounded(reference.evaluate(case.truth, case.found, kind)) for kind in ("segm", "bbox")}
        known = {picture["id"] for picture in case.truth["images"]}
        if any(item["image_id"] not in known for item in case.found):
            expected["error"] = "a detection of a picture that is not listed"
        save(folder / "gt.json", case.truth)
        save(folder / "detections.json", case.found)
        save(folder / "expected.json", expected)


def same(ours, theirs, where, close=1e-9):
    if isinstance(theirs, dict):
        for key in theirs:
            same(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), where
        for at, (one, other) in enumerate(zip(ours, theirs)):
            same(one, other, f"{where}[{at}]")
    else:
        assert abs(ours - theirs) <= close, (where, ours, theirs)


def check(folder):
    load = lambda *names: json.loads(folder.joinpath(*names).read_text())  # noqa: E731
    assert reference.THRESHOLDS.tolist() == load("params.json")["iouThrs"] and reference.RECALLS.tolist() == load("params.json")["recThrs"]
    for item in load("rle.json"):
        mask = reference.mask_of(item["counts_uncompressed"], item["size"])
        assert coded(mask)["counts"] == item["counts_compressed"] and digest(mask) == item["sha256"], item["name"]
        assert reference.runs_of_text(item["counts_compressed"]) == item["counts_uncompressed"], item["name"]
        assert reference.box_of(mask) == item["bbox"], item["name"]
    for item in load("polygons.json"):
        each = [reference.draw(ring, item["size"]) for ring in item["polygons"]]
        assert [coded(mask)["counts"] for mask in each] == item["counts_of_each"], item["name"]
        assert coded(np.logical_or.reduce(each))["counts"] == item["counts_merged"], item["name"]
    for item in load("iou.json"):
        overlap = reference.box_overlap if item["kind"] == "box" else reference.mask_overlap
        read = (lambda box: box) if item["kind"] == "box" else (lambda mask: reference.read_mask(mask, mask["size"]))
        truth = [read(t) for t in item["gt"]]
        ours = [[overlap(read(d), t, c) for t, c in zip(truth, item["iscrowd"])] for d in item["dt"]]
        same(ours, item["iou"], "iou", 1e-12)
    names = sorted(path.name for path in (folder / "cases").iterdir())
    for name in names:
        expected = load("cases", name, "expected.json")
        expected = expected.get("without_quirk", expected)
        for kind in ("segm", "bbox"):
            ours = reference.evaluate(load("cases", name, "gt.json"), load("cases", name, "detections.json"), kind)
            same(ours, {key: expected[kind][key] for key in ours}, f"{name} {kind}")
    print(f"{len(names)} cases and all masks, polygons and overlaps agree with pycocotools'")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(pathlib.Path(sys.argv[2]))
    else:
        write()
