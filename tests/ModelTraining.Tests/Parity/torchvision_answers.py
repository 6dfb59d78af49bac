#!/usr/bin/python3
"""What torchvision answers, for the tests of parity: weights and answers as .safetensors files.

  torchvision_answers.py features NAME OUT   a ResNet with random weights and its maps C2..C5
  torchvision_answers.py parts OUT           anchors, box coder, RoIAlign with gradients, suppression
  torchvision_answers.py detector SEED OUT   maskrcnn_resnet50_fpn: every stage's answer about a picture
  torchvision_answers.py losses SEED OUT     maskrcnn_resnet50_fpn: losses and gradients where all samples count

OUT is a folder: weights.safetensors under torchvision's names, answers.safetensors.
"""
import json
import sys

import torch
import torchvision
from torchvision.models.detection import maskrcnn_resnet50_fpn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection._utils import BoxCoder
from torchvision.ops import MultiScaleRoIAlign, nms

SIZE = 192


def save(path, tensors):
    """https://github.com/huggingface/safetensors: the header's length, the header, the numbers."""
    names = {torch.float32: "F32", torch.int64: "I64", torch.uint8: "U8"}
    header, place, parts = {}, 0, []
    for name, tensor in tensors.items():
        part = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [place, place + len(part)]}
        place += len(part)
        parts.append(part)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for part in parts:
            file.write(part)


def picture(size):
    """Blots of all sizes, [size, size, 3] bytes."""
    total = torch.zeros(1, 3, size, size)
    for cells in (4, 8, 16, 64):
        total += torch.nn.functional.interpolate(torch.randn(1, 3, cells, cells), size=(size, size), mode="bicubic", align_corners=False)
    return ((total[0].permute(1, 2, 0) * 35) + 120).clamp(0, 255).to(torch.uint8)


def planes(pixels):
    """As torchvision wants a picture: [3, H, W], 0..1."""
    return pixels.permute(2, 0, 1).to(torch.float32) / 255


def shake_norms(model):
    """Statistics as of a network that was trained: nothing is 0 or 1."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.data.uniform_(0.5, 1.2)
            module.bias.data.normal_(0, 0.2)
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)


def spread(layer, output, deviation):
    """Scales a layer so that its output has this deviation, around zero channel by channel."""
    mean = output.mean([d for d in range(output.dim()) if d != 1])
    factor = deviation / output.std()
    layer.bias.data.sub_(mean).mul_(factor)
    layer.weight.data.mul_(factor)


def features(name, out):
    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None).eval()
    shake_norms(model)
    pixels = picture(SIZE)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = ((planes(pixels) - mean[:, None, None]) / deviation[:, None, None])[None]
    x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
    answers = {"picture": pixels}
    for level in range(1, 5):
        x = getattr(model, f"layer{level}")(x)
        answers[f"c{level + 1}"] = x
    save(f"{out}/weights.safetensors", {k: v for k, v in model.state_dict().items() if not k.startswith("fc.")})
    save(f"{out}/answers.safetensors", answers)


def parts(out):
    torch.manual_seed(2)
    answers = {}
    pyramid = [torch.randn(2, 6, SIZE // stride, SIZE // stride, requires_grad=True) for stride in (4, 8, 16, 32)]
    images = ImageList(torch.zeros(1, 3, SIZE, SIZE), [(SIZE, SIZE)])
    generator = AnchorGenerator(sizes=((9.5, 16), (26, 38), (54, 76), (108, 150)), aspect_ratios=((0.5, 1.0, 2.0),) * 4)
    answers["anchors"] = generator(images, [level[:1] for level in pyramid])[0]

    corners = torch.rand(400, 2) * SIZE
    sizes = torch.exp(torch.rand(400, 2) * 5.5)
    boxes = torch.cat([corners, corners + sizes], 1).clamp(0, SIZE)
    boxes = boxes[((boxes[:, 2:] - boxes[:, :2]) > 0.05).all(1)]
    moves = torch.randn(len(boxes), 4)
    moves[0] = torch.tensor([0.1, 0.1, 30.0, 40.0])
    moves *= torch.tensor([10.0, 10.0, 5.0, 5.0])
    coder = BoxCoder((10.0, 10.0, 5.0, 5.0))
    answers["boxes"], answers["moves"] = boxes, moves
    answers["moved"] = coder.decode(moves, [boxes])[:, 0]
    answers["coded"] = coder.encode_single(boxes.roll(1, 0), boxes)

    pool = MultiScaleRoIAlign(featmap_names=list("0123"), output_size=7, sampling_ratio=2)
    half = len(boxes) // 2
    pooled = pool({str(i): level for i, level in enumerate(pyramid)}, [boxes[:half], boxes[half:]], [(SIZE, SIZE)] * 2)
    weights = torch.randn_like(pooled)
    (pooled * weights).sum().backward()
    answers["pooled"], answers["pooled_weights"] = pooled, weights
    for i, level in enumerate(pyramid):
        answers[f"level{i}"], answers[f"level{i}_gradient"] = level, level.grad

    scores = torch.rand(len(boxes))
    answers["scores"] = scores
    for threshold in (3, 5, 7):
        answers[f"kept_{threshold}"] = nms(boxes, scores, threshold / 10)
    save(f"{out}/answers.safetensors", answers)


def detector(seed, **settings):
    """A model that finds things though its weights are random, and a picture."""
    torch.manual_seed(seed)
    model = maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=2, min_size=SIZE, max_size=SIZE,
        rpn_pre_nms_top_n_test=300, rpn_post_nms_top_n_test=300, **settings).eval()
    shake_norms(model)
    pixels = picture(SIZE)
    images = model.transform([planes(pixels)])[0]
    with torch.no_grad():
        fpn, roi, head = model.backbone.fpn, model.roi_heads, model.rpn.head
        below = model.backbone.body(images.tensors)
        for block, level in zip(fpn.layer_blocks, fpn(below).values()):
            spread(block[0], level, 1)
        maps = fpn(below)
        logits, moves = head(list(maps.values()))
        flat = [torch.cat([x.flatten(2) for x in answer], 2) for answer in (logits, moves)]
        spread(head.cls_logits, flat[0], 2)
        spread(head.bbox_pred, flat[1], 0.3)
        proposals = [model.rpn(images, maps)[0][0][:50]]
        logits, moves = roi.box_predictor(roi.box_head(roi.box_roi_pool(maps, proposals, images.image_sizes)))
        spread(roi.box_predictor.cls_score, logits, 1.5)
        spread(roi.box_predictor.bbox_pred, moves, 0.5)
        proposals = [proposals[0][:10]]
        masks = roi.mask_predictor(roi.mask_head(roi.mask_roi_pool(maps, proposals, images.image_sizes)))
        spread(roi.mask_predictor.mask_fcn_logits, masks, 2)
    return model, pixels


def detector_answers(seed, out):
    model, pixels = detector(seed)
    heard = {}
    roi = model.roi_heads
    listened = {
        "maps": model.backbone, "head": model.rpn.head, "anchors": model.rpn.anchor_generator, "rpn": model.rpn, "pooled": roi.box_roi_pool,
        "boxes": roi.box_predictor, "pooled_for_masks": roi.mask_roi_pool, "masks": roi.mask_predictor, "roi": roi}
    for name, module in listened.items():
        module.register_forward_hook(lambda _, __, output, name=name: heard.update({name: output}))
    with torch.no_grad():
        whole = model([planes(pixels)])[0]
    answers = {"picture": pixels, "anchors": heard["anchors"][0], "proposals": heard["rpn"][0][0]}
    for i, level in enumerate(heard["maps"].values()):
        answers[f"p{i + 2}"] = level
    logits, moves = heard["head"]
    answers["objectness"] = torch.cat([x.permute(0, 2, 3, 1).reshape(-1) for x in logits])
    answers["deltas"] = torch.cat([x.permute(0, 2, 3, 1).reshape(-1, 4) for x in moves])
    answers["pooled"] = heard["pooled"][:50]
    answers["class_logits"], answers["box_moves"] = [x[:50] for x in heard["boxes"]]
    answers["pooled_for_masks"] = heard["pooled_for_masks"][:10]
    answers["mask_logits"] = heard["masks"][:10, 1]
    found = heard["roi"][0][0]
    answers["boxes"], answers["scores"], answers["masks"] = found["boxes"], found["scores"], found["masks"][:, 0]
    answers["pasted"] = (whole["masks"][:, 0] * 255).round().to(torch.uint8)
    save(f"{out}/weights.safetensors", model.state_dict())
    save(f"{out}/answers.safetensors", answers)


def losses(seed, out):
    # So many samples that each anchor and each proposal counts: nothing is drawn by chance.
    model, pixels = detector(
        seed, rpn_batch_size_per_image=10**6, box_batch_size_per_image=10**6,
        rpn_pre_nms_top_n_train=150, rpn_post_nms_top_n_train=200)
    labels = torch.zeros(SIZE, SIZE, dtype=torch.uint8)
    ys, xs = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    for number, (x, y, a, b) in enumerate([(45, 45, 30, 20), (120, 70, 24, 40), (65, 150, 40, 16), (150, 155, 17, 26), (95, 105, 9, 12)]):
        labels[((xs - x) / a) ** 2 + ((ys - y) / b) ** 2 <= 1] = number + 1
    masks = torch.stack([labels == number for number in labels.unique()[1:]])
    boxes = torch.stack([torch.stack([
        mask.any(0).nonzero().min(), mask.any(1).nonzero().min(), mask.any(0).nonzero().max() + 1, mask.any(1).nonzero().max() + 1])
        for mask in masks]).to(torch.float32)
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval().requires_grad_(False)
    target = {"boxes": boxes, "labels": torch.ones(len(boxes), dtype=torch.int64), "masks": masks.to(torch.uint8)}
    values = model([planes(pixels)], [target])
    sum(values.values()).backward()
    answers = {"picture": pixels, "labels": labels}
    for name, value in values.items():
        answers[name] = value.reshape(1)
    wanted = (
        "conv1.weight", "layer1.0.conv2.weight", "layer4.2.conv3.weight", "layer2.0.downsample.0.weight", "inner_blocks.0.0.weight",
        "layer_blocks.3.0.weight", "head.conv.0.0.weight", "cls_logits.weight", "rpn.head.bbox_pred.bias", "fc7.weight",
        "box_predictor.cls_score.weight", "box_predictor.bbox_pred.weight", "mask_head.0.0.weight", "conv5_mask.weight", "mask_fcn_logits.weight")
    for name, parameter in model.named_parameters():
        if name.endswith(wanted):
            answers[f"gradient.{name}"] = parameter.grad
    save(f"{out}/weights.safetensors", model.state_dict())
    save(f"{out}/answers.safetensors", answers)


if __name__ == "__main__":
    # Threads that wait for each other cost more than they help where the machine is busy.
    torch.set_num_threads(1)
    what, *arguments, folder = sys.argv[1:]
    if what == "features":
        with torch.no_grad():
            features(arguments[0], folder)
    elif what == "parts":
        parts(folder)
    elif what == "detector":
        detector_answers(int(arguments[0]), folder)
    elif what == "losses":
        losses(int(arguments[0]), folder)
    else:
        sys.exit(__doc__)
