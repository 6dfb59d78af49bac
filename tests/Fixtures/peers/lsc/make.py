#!/usr/bin/env python3
"""Draws pairs of label pictures and writes their scores, computed from the definitions with numpy alone.

SBD, |DiC|: Minervini, Fischbach, Scharr, Tsaftaris, "Finely-grained annotated datasets for image-based plant phenotyping", 2016.

    make.py               draws the pairs beside this file and writes expected.json
    make.py --check DIR   scores the pairs of DIR and compares with its expected.json

Debian: python3-numpy, python3-pil.
"""
import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parent.parent))
from leaves import read, rosette, write  # noqa: E402

FIGURES = ["sbd", "best_dice_prediction_truth", "best_dice_truth_prediction", "dic", "fg_bg_dice"]


def best_dice(ours, theirs):
    """Mean over the leaves of `ours` of the best Dice with any leaf of `theirs`."""
    mine, yours = [label for label in np.unique(ours) if label], [label for label in np.unique(theirs) if label]
    if not mine or not yours:
        return 1.0 if not mine and not yours else 0.0
    dice = lambda a, b: 2 * np.sum(a & b) / (np.sum(a) + np.sum(b))  # noqa: E731
    return float(np.mean([max(dice(ours == a, theirs == b) for b in yours) for a in mine]))


def score(truth, prediction):
    count = lambda labels: int(np.count_nonzero(np.unique(labels)))  # noqa: E731
    forward, back = best_dice(prediction, truth), best_dice(truth, prediction)
    total = np.sum(truth > 0) + np.sum(prediction > 0)
    return {
        "sbd": min(forward, back),
        "best_dice_prediction_truth": forward,
        "best_dice_truth_prediction": back,
        "dic": count(prediction) - count(truth),
        "fg_bg_dice": float(2 * np.sum((truth > 0) & (prediction > 0)) / total) if total else 1.0,
        "truth_leaves": count(truth),
        "prediction_leaves": count(prediction),
    }


def pairs():
    random = np.random.RandomState(23)
    for index in range(9):
        truth = rosette(64, 80, 2 + 2 * index, random)
        prediction = np.roll(truth, random.randint(-4, 5, 2), (0, 1))
        prediction[np.isin(prediction, random.randint(1, 20, index % 4))] = 0
        prediction[np.isin(prediction, random.randint(1, 20, index % 3))] = 1
        yield f"rosette-{index}", truth, prediction
    plant, other, empty = rosette(64, 80, 6, random), rosette(64, 80, 5, random), np.zeros((64, 80), np.uint8)
    yield "both-empty", empty, empty
    yield "prediction-empty", plant, empty
    yield "truth-empty", empty, plant
    yield "perfect", plant, plant
    yield "labels-with-gaps", plant, (plant * 41 % 251).astype(np.uint8)
    yield "merged-into-one", plant, (plant > 0).astype(np.uint8)
    halves = np.where(np.arange(80) % 2, 0, 20).astype(np.uint8)
    yield "each-split-in-two", plant, np.where(plant > 0, plant + halves, 0).astype(np.uint8)
    yield "no-overlap", np.where(np.arange(80) < 40, other, 0).astype(np.uint8), np.where(np.arange(80) < 40, 0, other).astype(np.uint8)
    yield "other-order", plant, np.where(plant > 0, 200 - plant, 0).astype(np.uint8)
    many = np.zeros((64, 80), np.uint16)
    for label in range(320):
        many[4 * (label // 20) + 1:4 * (label // 20) + 3, 4 * (label % 20) + 1:4 * (label % 20) + 3] = label + 1
    yield "320-labels-16-bit", many, np.roll(many, 1, 1)


def mean(scores):
    means = {figure: float(np.mean([score[figure] for score in scores])) for figure in FIGURES}
    return means | {"abs_dic": float(np.mean([abs(score["dic"]) for score in scores]))}


def check(folder):
    expected = json.loads((folder / "expected.json").read_text())
    scores = []
    for case in expected["cases"]:
        ours = score(read(folder / f"{case['case']}_truth.png"), read(folder / f"{case['case']}_prediction.png"))
        scores.append(ours)
        assert all(abs(ours[key] - case[key]) < 1e-12 for key in ours), (case, ours)
    assert all(abs(value - expected["mean"][key]) < 1e-12 for key, value in mean(scores).items())
    print(f"{len(scores)} pairs agree")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(pathlib.Path(sys.argv[2]))
    else:
        cases = []
        for name, truth, prediction in pairs():
            write(here / f"{name}_truth.png", truth)
            write(here / f"{name}_prediction.png", prediction)
            cases.append({"case": name} | score(truth, prediction))
        (here / "expected.json").write_text(json.dumps({"cases": cases, "mean": mean(cases)}, indent=1) + "\n")
