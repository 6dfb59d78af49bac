"""COCO's run-length masks, polygon drawing and AP/AR, written a second time from the rules that pycocotools 2.0.11 follows.

Slow and plain: masks are arrays of bool [H, W], everything is compared with everything. `make.py --check DIR` compares it
with pycocotools' recorded answers.
"""
import math

import numpy as np

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
AREAS = [(0, 1e10), (0, 1024), (1024, 9216), (9216, 1e10)]
LIMITS = [1, 10, 100]
NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]


# Runs: column by column, the first is background.

def runs_of(mask):
    flat = np.concatenate([[0], mask.astype(np.int8).ravel(order="F")])
    ends = np.concatenate([np.nonzero(np.diff(flat))[0], [mask.size]])
    return np.diff(np.concatenate([[0], ends])).astype(int).tolist()


def mask_of(runs, size):
    values = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return values.reshape(size, order="F")


def text_of(runs):
    """Differences from the count two places before (after the third), in groups of 5 bits, lowest first, from '0' on."""
    text = ""
    for place, run in enumerate(runs):
        rest = run - runs[place - 2] if place > 2 else run
        while True:
            bits, rest = rest & 31, rest >> 5
            more = rest != (-1 if bits & 16 else 0)
            text += chr(48 + bits + (32 if more else 0))
            if not more:
                break
    return text


def runs_of_text(text):
    runs, at = [], 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            code = ord(text[at]) - 48
            value |= (code & 31) << shift
            shift, more, at = shift + 5, code & 32, at + 1
        if code & 16:
            value |= -1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs


def box_of(mask):
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return [0.0, 0.0, 0.0, 0.0]
    return [float(columns.min()), float(rows.min()), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)]


def draw(ring, size):
    """ring: x y x y ... in pixels. Edges are walked on a grid five times as fine; each step in x flips the column from there on."""
    height, width = size
    points = [int(5 * value + 0.5) for value in ring]
    corners = list(zip(points[::2], points[1::2]))
    walked = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1]):
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        along_x = dx >= dy
        back = x0 > x1 if along_x else y0 > y1
        if back:
            x0, y0, x1, y1 = x1, y1, x0, y0
        steps = max(dx, dy)
        slope = 0 if steps == 0 else (y1 - y0) / dx if along_x else (x1 - x0) / dy
        for step in range(steps, -1, -1) if back else range(steps + 1):
            walked.append((x0 + step, int(y0 + slope * step + 0.5)) if along_x else (int(x0 + slope * step + 0.5), y0 + step))
    flips = np.zeros(height * width + 1, int)
    for (xa, ya), (xb, yb) in zip(walked, walked[1:]):
        left = min(xa, xb)
        if xa == xb or left % 5 != 2 or not 0 <= (left - 2) // 5 < width:
            continue
        row = math.ceil(min(max((min(ya, yb) + 0.5) / 5 - 0.5, 0), height))
        flips[(left - 2) // 5 * height + row] += 1
    return (np.cumsum(flips)[:-1] % 2 == 1).reshape(size, order="F")


def read_mask(segmentation, size):
    if isinstance(segmentation, list):
        return np.logical_or.reduce([draw(ring, size) for ring in segmentation])
    counts = segmentation["counts"]
    return mask_of(runs_of_text(counts) if isinstance(counts, str) else counts, segmentation["size"])


# Overlaps.

def mask_overlap(found, truth, crowd):
    common = int(np.sum(found & truth))
    whole = int(np.sum(found)) if crowd else int(np.sum(found | truth))
    return common / whole if common else 0.0


def box_overlap(found, truth, crowd):
    side = lambda at: min(found[at] + found[at + 2], truth[at] + truth[at + 2]) - max(found[at], truth[at])  # noqa: E731
    if side(0) <= 0 or side(1) <= 0:
        return 0.0
    common, area = side(0) * side(1), found[2] * found[3]
    return common / (area if crowd else area + truth[2] * truth[3] - common)


# AP and AR.

def prepare(truth, found):
    """The masks, boxes and areas as they are compared. Detections of pictures that are not listed are left out."""
    sizes = {picture["id"]: (picture["height"], picture["width"]) for picture in truth["images"]}
    truths = [dict(item, mask=read_mask(item["segmentation"], sizes[item["image_id"]])) for item in truth["annotations"]]
    boxed, detections = bool(found) and "bbox" in found[0], []
    for item in found:
        if item["image_id"] not in sizes:
            continue
        size = sizes[item["image_id"]]
        if "segmentation" in item:
            mask = read_mask(item["segmentation"], size)
        else:
            x, y, w, h = item["bbox"]
            mask = draw([x, y, x, y + h, x + w, y + h, x + w, y], size)
        box = item["bbox"] if boxed else box_of(mask)
        detections.append(dict(item, mask=mask, bbox=box, area=box[2] * box[3] if boxed else float(np.sum(mask))))
    return sorted(sizes), [category["id"] for category in truth["categories"]], truths, detections


def match(truths, detections, overlaps, area, threshold):
    """(true, ignored) of each detection of one picture and category, which come by falling score."""
    low, high = area
    ignored = [bool(item.get("iscrowd")) or not low <= item["area"] <= high for item in truths]
    order = sorted(range(len(truths)), key=lambda at: ignored[at])
    taken, result = set(), []
    for place, detection in enumerate(detections):
        best, held = min(threshold, 1 - 1e-10), None
        for at in order:
            if at in taken and not truths[at].get("iscrowd"):
                continue
            if held is not None and not ignored[held] and ignored[at]:
                break
            if overlaps[place][at] >= best:
                best, held = overlaps[place][at], at
        if held is None:
            result.append((False, not low <= detection["area"] <= high))
        else:
            taken.add(held)
            result.append((True, ignored[held]))
    return result


def evaluate(truth, found, kind):
    """kind: segm or bbox. The figures as pycocotools' evaluate, accumulate and summarize give them."""
    pictures, categories, truths, detections = prepare(truth, found)
    overlap = (lambda d, t: mask_overlap(d["mask"], t["mask"], t.get("iscrowd"))) if kind == "segm" else (
        lambda d, t: box_overlap(d["bbox"], t["bbox"], t.get("iscrowd")))
    precision = np.full((10, 101, len(categories), 4, 3), -1.0)
    recall = np.full((10, len(categories), 4, 3), -1.0)
    for k, category in enumerate(categories):
        groups = []
        for picture in pictures:
            here = [item for item in truths if item["image_id"] == picture and item["category_id"] == category]
            seen = [item for item in detections if item["image_id"] == picture and item["category_id"] == category]
            seen = sorted(seen, key=lambda item: -item["score"])[:100]
            groups.append((here, seen, [[overlap(d, t) for t in here] for d in seen]))
        for a, area in enumerate(AREAS):
            wanted = sum(not item.get("iscrowd") and area[0] <= item["area"] <= area[1] for here, _, _ in groups for item in here)
            if not wanted:
                continue
            for t, threshold in enumerate(THRESHOLDS):
                matched = [match(here, seen, overlaps, area, threshold) for here, seen, overlaps in groups]
                for m, limit in enumerate(LIMITS):
                    ranked = [(d["score"], *r) for (_, seen, _), rs in zip(groups, matched) for d, r in list(zip(seen, rs))[:limit]]
                    ranked = sorted(ranked, key=lambda item: -item[0])
                    right = np.cumsum([hit and not left for _, hit, left in ranked])
                    wrong = np.cumsum([not hit and not left for _, hit, left in ranked])
                    reached = right / wanted
                    curve = right / (right + wrong + np.spacing(1))
                    curve = np.maximum.accumulate(curve[::-1])[::-1] if len(curve) else curve
                    recall[t, k, a, m] = reached[-1] if len(ranked) else 0
                    for r, place in enumerate(np.searchsorted(reached, RECALLS, side="left")):
                        precision[t, r, k, a, m] = curve[place] if place < len(ranked) else 0
    mean = lambda values: float(values[values > -1].mean()) if (values > -1).any() else -1.0  # noqa: E731
    stats = [mean(precision[..., 0, 2]), mean(precision[0, ..., 0, 2]), mean(precision[5, ..., 0, 2])]
    stats += [mean(precision[..., a, 2]) for a in (1, 2, 3)] + [mean(recall[..., 0, m]) for m in range(3)] + [mean(recall[..., a, 2]) for a in (1, 2, 3)]
    grid = lambda values: [[[mean(values[t, ..., a, m]) for m in range(3)] for a in range(4)] for t in range(10)]  # noqa: E731
    return {
        "stats": dict(zip(NAMES, stats)),
        "precision_mean": grid(precision),
        "recall_mean": grid(recall),
        "precision_at_50": {str(c): precision[0, :, k, 0, 2].tolist() for k, c in enumerate(categories)},
        "precision_at_75": {str(c): precision[5, :, k, 0, 2].tolist() for k, c in enumerate(categories)},
    }
