#!/usr/bin/env python3
"""Writes small labelled data sets in the forms of annotation tools: two drawn pots of two leaves each, four leaves a set.

The forms were read off files that CVAT, Roboflow, FiftyOne, VIA, Label Studio, labelme and Ultralytics write. Debian:
python3-pil, python3-numpy.
"""
import copy
import json
import pathlib
import shutil
import sys

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
sys.path.append(str(here.parent))
from leaves import ellipse  # noqa: E402

SIZE = (48, 64)
BOXES = {1: [(6, 6, 14, 12), (34, 8, 16, 20)], 2: [(8, 20, 18, 16), (40, 24, 12, 14)]}


def picture(pot):
    pixels = np.full((*SIZE, 3), (92, 70, 50), np.uint8)
    for x, y, w, h in BOXES[pot]:
        pixels[y:y + h, x:x + w] = (60, 150, 50)
    return Image.fromarray(pixels)


def ring(box, inset=0):
    x, y, w, h = box
    return [x + inset, y + inset, x + w - inset, y + inset, x + w - inset, y + h - inset, x + inset, y + h - inset]


def runs(box):
    x, y, w, h = box
    mask = np.zeros(SIZE, np.int8)
    mask[y:y + h, x:x + w] = 1
    flat = np.concatenate([[0], mask.ravel(order="F")])
    ends = np.concatenate([np.nonzero(np.diff(flat))[0], [mask.size]])
    return {"counts": np.diff(np.concatenate([[0], ends])).tolist(), "size": list(SIZE)}


def coco(name="pot{}.png", ids=(1, 2), category="leaf"):
    return {
        "info": {}, "licenses": [],
        "images": [{"id": ids[pot - 1], "file_name": name.format(pot), "width": SIZE[1], "height": SIZE[0]} for pot in BOXES],
        "categories": [{"id": 1, "name": category, "supercategory": ""}],
        "annotations": [{"id": 10 * pot + place, "image_id": ids[pot - 1], "category_id": 1, "iscrowd": 0, "area": box[2] * box[3],
                         "bbox": list(box), "segmentation": [ring(box)]} for pot in BOXES for place, box in enumerate(BOXES[pot])],
    }


def changed(change, **other):
    file = coco(**other)
    for item in file["annotations"]:
        change(item)
    return file


def write(name, file, json_name="annotations.json", pictures="pot{}.png", pots=(1, 2)):
    folder = here / name
    (folder / json_name).parent.mkdir(parents=True, exist_ok=True)
    (folder / json_name).write_text(json.dumps(file, indent=1) + "\n")
    for pot in pots:
        path = folder / pictures.format(pot)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(pot).save(path, quality=90)


for old in here.iterdir():
    if old.is_dir():
        shutil.rmtree(old)

write("coco-iscrowd-bool", changed(lambda item: item.update(iscrowd=False)))
write("coco-iscrowd-null", changed(lambda item: item.update(iscrowd=None)))
write("coco-image-ids-are-names", coco(ids=("pot-1", "pot-2")))
write("coco-category-null", changed(lambda item: item.update(category_id=None)))
file = coco()
for image in file["images"]:
    image.update(width=float(SIZE[1]), height=float(SIZE[0]))
write("coco-size-float", file)
write("coco-ids-float", changed(lambda item: item.update(id=float(item["id"]), image_id=float(item["image_id"]), category_id=1.0, iscrowd=0.0)))
file = coco(category="Leaves")
file["categories"].append({"id": 2, "name": "Plant"})
file["annotations"].append({"id": 99, "image_id": 1, "category_id": 2, "iscrowd": 0, "segmentation": [[2, 2, 60, 2, 60, 44, 2, 44]]})
write("coco-leaves-and-plant", file)
write("coco-outer-and-hole", changed(lambda item: item["segmentation"].append(ring(item["bbox"], 4))))
write("fiftyone", coco(), "labels.json", "data/pot{}.png")
write("label-studio-on-windows", coco("images\\pot{}.png"), "result.json", "images/pot{}.png")
mixed = coco("pot{}.jpg")
for item in mixed["annotations"][::2]:
    item.update(segmentation=runs(item["bbox"]), iscrowd=1)
write("cvat-polygons-and-brush", mixed, "annotations/instances_default.json", "images/pot{}.jpg")
for pot, split in ((1, "train"), (2, "valid")):
    part = coco("pot{}.jpg")
    part["images"] = [part["images"][pot - 1]]
    part["annotations"] = [dict(item, category_id=1) for item in part["annotations"] if item["image_id"] == pot]
    part["categories"] = [{"id": 0, "name": "leaf-counting", "supercategory": "none"}, {"id": 1, "name": "blatt", "supercategory": "leaf-counting"}]
    write(f"roboflow/{split}", part, "_annotations.coco.json", "pot{}.jpg", (pot,))
write("via", changed(lambda item: item.update(category_id=None)), "via_project_coco.json")
studio = coco("images/pot{}.png")
studio["images"].append({"width": None, "height": None, "id": 3, "file_name": "images/pot3.png"})
studio["categories"] = [{"id": 0, "name": "Leaf"}, {"id": 1, "name": "Stem"}]
for item in studio["annotations"]:
    item["category_id"] = 0
write("label-studio-null-size", studio, "result.json", "images/pot{}.png")
shutil.copy(here / "label-studio-null-size/images/pot2.png", here / "label-studio-null-size/images/pot3.png")
for pot in BOXES:
    shapes = [{"label": "leaf", "points": np.reshape(ring(box), (4, 2)).tolist(), "group_id": None, "shape_type": "polygon", "flags": {}} for box in BOXES[pot]]
    write("labelme", {"version": "5.4.1", "flags": {}, "shapes": shapes, "imagePath": f"pot{pot}.png", "imageData": None,
                      "imageHeight": SIZE[0], "imageWidth": SIZE[1]}, f"pot{pot}.json", pots=(pot,))
    picture_folder, label_folder = here / "yolo/images/train", here / "yolo/labels/train"
    picture_folder.mkdir(parents=True, exist_ok=True)
    label_folder.mkdir(parents=True, exist_ok=True)
    picture(pot).save(picture_folder / f"pot{pot}.jpg", quality=90)
    rows = [[value / SIZE[1 - place % 2] for place, value in enumerate(ring(box))] for box in BOXES[pot]]
    (label_folder / f"pot{pot}.txt").write_text("".join("0 " + " ".join(f"{value:.6f}" for value in row) + "\n" for row in rows))
(here / "yolo/data.yaml").write_text("train: images/train\nnc: 1\nnames: [leaf]\n")

# A phone held upside down: the pixels are stored turned, the labels are of the upright picture.
turned = copy.deepcopy(coco("p.jpg"))
turned["images"], turned["annotations"] = turned["images"][:1], turned["annotations"][:1]
write("exif-180", turned, "a.json", pots=())
exif = Image.Exif()
exif[0x0112] = 3
picture(1).rotate(180).save(here / "exif-180/p.jpg", quality=95, exif=exif)

# Leaves as colours on black, as the CSIRO data has them.
folder = here.parent / "data" / "csiro-colour-masks"
folder.mkdir(parents=True, exist_ok=True)
for plant, leaves in ((1, 7), (2, 12)):
    random = np.random.RandomState(40 + plant)
    photo, mask = np.full((96, 96, 3), (92, 70, 50), np.uint8), np.zeros((96, 96, 3), np.uint8)
    for leaf in range(leaves):
        turn = leaf * 137.508
        centre = (48 + 26 * np.cos(np.deg2rad(turn)), 48 + 26 * np.sin(np.deg2rad(turn)))
        blade = ellipse(96, 96, centre, (17, 6), turn)
        mask[blade] = random.randint(40, 256, 3)
        photo[blade] = (60, 110 + 8 * leaf, 50)
    Image.fromarray(photo).save(folder / f"plant{plant:05}_rgb.png")
    Image.fromarray(mask).save(folder / f"plant{plant:05}_label.png")
    colours = len(np.unique(mask.reshape(-1, 3), axis=0)) - 1
    assert colours == leaves, (colours, leaves)
