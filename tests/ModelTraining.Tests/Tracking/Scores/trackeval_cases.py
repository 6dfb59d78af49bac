#!/usr/bin/env python3
"""Makes tracking_cases.json: time lapses of invented leaves, and what TrackEval says of them.

usage: trackeval_cases.py FOLDER > tracking_cases.json
FOLDER holds a checkout of TrackEval (github.com/JonathonLuiten/TrackEval, 12c8791b). Needs NumPy and SciPy.
"""
import contextlib
import json
import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
np.float, np.int, np.bool = float, int, bool  # TrackEval was written for NumPy before 1.24.

with contextlib.redirect_stdout(sys.stderr):
    from trackeval.metrics import CLEAR, HOTA, Identity


def lapse(random, leaves, frames, miss, ghost, swap, noise):
    """Leaves that are born one after the other; some are missed, some invented, some change their identity."""
    name, free, result = {}, 100, []
    for frame in range(frames):
        truth = [leaf for leaf in range(leaves) if leaf <= 1 + frame * leaves / frames and random.random() > .05]
        found = []
        for leaf in truth:
            if leaf not in name or random.random() < swap:
                name[leaf], free = free, free + 1
            if random.random() >= miss:
                found.append(leaf)
        if swap and len(found) > 1 and random.random() < swap:
            a, b = random.choice(found, 2, replace=False)
            name[a], name[b] = name[b], name[a]
        ghosts = [g for g in range(3) if random.random() < ghost]
        identities = [name[leaf] for leaf in found] + [900 + g for g in ghosts]
        order = random.permutation(len(identities))
        similarity = np.where(random.random((len(truth), len(identities))) < .3, random.random((len(truth), len(identities))) * .4, 0)
        for column, leaf in enumerate(found):
            similarity[truth.index(leaf), column] = np.clip(.85 + noise * random.normal(), 0, 1)
        result.append({
            "truth": truth,
            "predicted": [int(identities[i]) for i in order],
            "similarity": [[round(float(row[i]), 6) for i in order] for row in similarity],
        })
    return result


def evaluate(frames):
    number = lambda key: {identity: n for n, identity in enumerate(dict.fromkeys(i for f in frames for i in f[key]))}
    truth, predicted = number("truth"), number("predicted")
    data = {
        "num_timesteps": len(frames),
        "num_gt_ids": len(truth),
        "num_tracker_ids": len(predicted),
        "num_gt_dets": sum(len(f["truth"]) for f in frames),
        "num_tracker_dets": sum(len(f["predicted"]) for f in frames),
        "gt_ids": [np.array([truth[i] for i in f["truth"]], int) for f in frames],
        "tracker_ids": [np.array([predicted[i] for i in f["predicted"]], int) for f in frames],
        "similarity_scores": [np.array(f["similarity"], float).reshape(len(f["truth"]), len(f["predicted"])) for f in frames],
    }
    quiet = {"PRINT_CONFIG": False}
    return HOTA().eval_sequence(data), CLEAR(quiet).eval_sequence(data), Identity(quiet).eval_sequence(data)


def numbers(hota, clear, identity):
    return {
        "hota": float(np.mean(hota["HOTA"])), "det_a": float(np.mean(hota["DetA"])), "ass_a": float(np.mean(hota["AssA"])),
        "mota": float(clear["MOTA"]), "identity_switches": int(clear["IDSW"]), "idf1": float(identity["IDF1"]),
    }


settings = {
    "perfect": (6, 10, 0, 0, 0, 0), "noisy masks": (6, 12, 0, 0, 0, .2), "missed leaves": (8, 15, .2, 0, 0, .1),
    "invented leaves": (8, 15, 0, .3, 0, .1), "identity switches": (8, 15, 0, 0, .1, .1), "all faults": (10, 20, .15, .2, .1, .15),
    "many leaves": (20, 25, .1, .2, .03, .15), "few leaves": (2, 30, .1, .1, .05, .2), "poor masks": (9, 15, .1, .1, .05, .4),
    "most missed": (9, 20, .7, .1, .05, .1), "mostly invented": (3, 20, .3, .9, .1, .2), "two pictures": (5, 2, .1, .1, .1, .1),
    "long": (12, 60, .1, .1, .02, .12),
}
cases = {name: lapse(np.random.default_rng(seed), *setting) for seed, (name, setting) in enumerate(settings.items())}
cases["nothing predicted"] = [dict(f, predicted=[], similarity=[[] for _ in f["truth"]]) for f in cases["perfect"]]
cases["nothing true"] = [dict(f, truth=[], similarity=[]) for f in cases["perfect"]]
cases["pictures without leaves between"] = [
    dict(f, predicted=[], similarity=[[] for _ in f["truth"]]) if n % 5 == 2 else dict(f, truth=[], similarity=[]) if n % 5 == 4 else f
    for n, f in enumerate(cases["all faults"])
]
with contextlib.redirect_stdout(sys.stderr):
    scores = {name: evaluate(frames) for name, frames in cases.items()}
    together = [kind.combine_sequences({name: score[i] for name, score in scores.items()})
                for i, kind in enumerate((HOTA(), CLEAR({"PRINT_CONFIG": False}), Identity({"PRINT_CONFIG": False})))]
json.dump({
    "cases": [{"name": name, "expected": numbers(*scores[name]), "frames": frames} for name, frames in cases.items()],
    "all": numbers(*together),
}, sys.stdout, separators=(",", ":"))
