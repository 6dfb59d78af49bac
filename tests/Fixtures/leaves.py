"""Leaves and rosettes drawn by code: the inputs of the fixtures. numpy only, the same pixels on every machine."""
import numpy as np
from PIL import Image


def ellipse(height, width, centre, axes, degrees=0.0):
    """Mask [height, width] of the pixels whose centres lie in the ellipse; centre and half axes as x, y in pixels."""
    y, x = np.mgrid[0:height, 0:width]
    x, y, turn = x - centre[0], y - centre[1], np.deg2rad(degrees)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return (along / axes[0]) ** 2 + (across / axes[1]) ** 2 <= 1


def rosette(height, width, leaves, random, size=1.0):
    """Labels [height, width], 0 is background; later leaves lie on earlier ones."""
    labels = np.zeros((height, width), np.uint8)
    reach = min(height, width) * 0.24 * size
    for leaf in range(leaves):
        degrees = leaf * 137.508 + random.uniform(-12, 12)
        length = reach * random.uniform(0.6, 1.0)
        centre = (width / 2 + np.cos(np.deg2rad(degrees)) * length, height / 2 + np.sin(np.deg2rad(degrees)) * length)
        labels[ellipse(height, width, centre, (length * 0.85, length * random.uniform(0.3, 0.5)), degrees)] = leaf + 1
    return labels


def write(path, pixels):
    """A PNG of uint8 or uint16, [height, width] or [height, width, 3]."""
    Image.fromarray(pixels).save(path, optimize=True)


def read(path):
    return np.array(Image.open(path)).astype(np.int64)
