"""torchvision's Mask R-CNN (ResNet-50, FPN) as the peer of a benchmark: one line asks, one JSON line answers.

Arguments: folder with picture.bin ([S, S, 3] bytes), boxes.json ([[x1, y1, x2, y2], ...]) and masks.bin ([N, S, S] bytes),
input size, sampled RoIs a picture, threads. Lines: "step" takes one training step, "infer" finds the leaves of the picture,
"save" writes the weights to weights.pth.
"""
import json
import os
import sys
import time

import numpy
import torch
import torchvision

folder, size, rois, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)
boxes = torch.tensor(json.load(open(os.path.join(folder, "boxes.json"))), dtype=torch.float32).reshape(-1, 4)
pixels = numpy.fromfile(os.path.join(folder, "picture.bin"), dtype=numpy.uint8).reshape(size, size, 3)
masks = numpy.fromfile(os.path.join(folder, "masks.bin"), dtype=numpy.uint8).reshape(-1, size, size)
model = torchvision.models.detection.maskrcnn_resnet50_fpn(
    weights=None, weights_backbone=None, num_classes=2, min_size=size, max_size=size,
    box_batch_size_per_image=rois, box_score_thresh=1e-4, rpn_post_nms_top_n_train=2000, rpn_post_nms_top_n_test=1000)
# Without pretrained weights torchvision trains every layer: its usual first ones are frozen here, as on the other side.
for name, parameter in model.backbone.body.named_parameters():
    if not name.startswith(("layer2", "layer3", "layer4")):
        parameter.requires_grad_(False)
# Without pretrained statistics its norms would learn: frozen ones, as in every published configuration.
def freeze(module):
    for name, child in module.named_children():
        if isinstance(child, torch.nn.BatchNorm2d):
            frozen = torchvision.ops.FrozenBatchNorm2d(child.num_features)
            setattr(module, name, frozen)
        else:
            freeze(child)
freeze(model.backbone.body)
optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=1e-6, momentum=0.9)
image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)
target = {"boxes": boxes, "labels": torch.ones(len(boxes), dtype=torch.int64), "masks": torch.from_numpy(masks.copy())}
print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "threads": torch.get_num_threads()}), flush=True)

for line in sys.stdin:
    started = time.perf_counter()
    if line.strip() == "step":
        model.train()
        losses = model([image.float() / 255], [target])
        optimiser.zero_grad()
        sum(losses.values()).backward()
        optimiser.step()
        answer = {"detections": 0}
    elif line.strip() == "save":
        torch.save(model.state_dict(), os.path.join(folder, "weights.pth"))
        answer = {"detections": 0}
    else:
        model.eval()
        with torch.no_grad():
            answer = {"detections": len(model([image.float() / 255])[0]["boxes"])}
    print(json.dumps({"ms": (time.perf_counter() - started) * 1000, **answer}), flush=True)
