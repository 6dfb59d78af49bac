#!/usr/bin/env python3
"""coverage.py PROJECT REPORT [--raise]: coverage by folder of a Cobertura report, beside the floor in coverage.tsv."""
import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

FLOORS = pathlib.Path(__file__).with_name("coverage.tsv")
SLACK = 0.3  # percent: timing decides which of two branches a test of threads takes


def covered(project, report):
    """Of each folder: lines, lines reached, branches, branches reached. Generated files are left out."""
    lines = {}
    root = xml.parse(report).getroot()
    source = next((element.text or "" for element in root.iter("source")), "")  # what all files' names begin with is left out of them
    for part in root.iter("class"):
        file = str(pathlib.PurePosixPath(source) / part.get("filename"))
        place = re.search(rf"(?:^|/){project}/(.+)$", file)
        if not place or "/obj/" in file or file.endswith(".g.cs"):
            continue
        folder = place.group(1).split("/")[0] if "/" in place.group(1) else "."
        for line in part.iter("line"):
            taken = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage") or "")
            key = (folder, file, int(line.get("number")))
            hits, reached, branches = lines.get(key, (0, 0, 0))
            reached, branches = (max(reached, int(taken[1])), max(branches, int(taken[2]))) if taken else (reached, branches)
            lines[key] = (max(hits, int(line.get("hits"))), reached, branches)
    folders = collections.defaultdict(lambda: [0, 0, 0, 0])
    for (folder, _, _), (hits, reached, branches) in lines.items():
        for name in (folder, "all"):
            for at, value in enumerate((1, hits > 0, branches, reached)):
                folders[name][at] += value
    return folders


def floors():
    rows = [line.split("\t") for line in FLOORS.read_text().splitlines()[1:]] if FLOORS.exists() else []
    return {(project, folder): (float(line), float(branch)) for project, folder, line, branch in rows}


def main():
    project, report = sys.argv[1:3]
    known, below = floors(), []
    print(f"{project:24}{'lines':>8}{'floor':>8}{'branches':>10}{'floor':>8}")
    for folder, (lines, hit, branches, reached) in sorted(covered(project, report).items()):
        found = (round(100 * hit / lines, 1), round(100 * reached / branches, 1) if branches else 100.0)
        floor = known.get((project, folder), (0.0, 0.0))
        print(f"  {folder:22}{found[0]:8.1f}{floor[0]:8.1f}{found[1]:10.1f}{floor[1]:8.1f}")
        if any(value < least - SLACK for value, least in zip(found, floor)):
            below.append(folder)
        known[project, folder] = tuple(max(pair) for pair in zip(found, floor))
    if "--raise" in sys.argv:
        rows = [f"{project}\t{folder}\t{line:.1f}\t{branch:.1f}" for (project, folder), (line, branch) in sorted(known.items())]
        FLOORS.write_text("project\tfolder\tlines %\tbranches %\n" + "\n".join(rows) + "\n")
    if below:
        sys.exit(f"{project}: below its floor: {', '.join(below)}; expected tests for what was added, or what is not used removed")


main()
