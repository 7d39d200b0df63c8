"""A first guess at where the product is in a photo, for whoever then moves the box.

The network says which pixels are the product's. Where a bundle can't, the product is what differs from the photo's
border and lies near the middle: right for packshots, sane for all else.
"""

import numpy as np
from PIL import Image

from search.photo import Box

MIDDLE: Box = (0.1, 0.1, 0.8, 0.8)  # left, top, width, height: where people hold things, if nothing says more

_SIDE = 64  # pixels, of the small copy that is looked at
_BORDER = 0.06  # share of a side that counts as border
_BORDER_COLOURS = 8  # distinct ones that a background is remembered by
_CLEARLY = 14.0  # CIELAB distance from every border colour at which a pixel is certainly no background
_CENTRE_SPREAD = 0.42  # of the diagonal: how far from the middle a pixel still counts about half
_TRIM = 0.015  # share of the foreground cut off at each edge: specks and shadows
_RATHER = 0.5  # share of a cell from which it counts as the product's
_MARGIN = 0.03  # of the photo, left around the product
_LEAST, _MOST = 0.02, 0.80  # share of the photo that a product takes; else nothing was told apart
_LEAST_SIDE = 0.12  # of the photo: a box smaller than this is a speck


def box_of_mask(mask: np.ndarray, size: tuple[int, int]) -> Box:
    """Where the network sees the product, as ``guess_box`` gives it.

    Args:
        mask: (m, m) share of each cell that is the product's, 0 to 1, of the photo centred on a square.
        size: width and height of the photo (pixels).
    """
    cells, longer = len(mask), max(size)
    columns, rows = (max(1, round(cells * side / longer)) for side in size)
    left, top = (cells - columns) // 2, (cells - rows) // 2
    return _box_around(mask[top : top + rows, left : left + columns] > _RATHER)


def guess_box(image: Image.Image) -> Box:
    """Where the product probably is: left, top, width and height as fractions of the photo, always inside it.

    Args:
        image: RGB, upright.
    """
    scale = _SIDE / max(image.size)
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    lab = _to_lab(np.asarray(image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)))
    return _box_around(_foreground(lab))


def _box_around(foreground: np.ndarray) -> Box:
    """The box of what is True in (H, W), with a little around it; the middle where that is next to nothing or all."""
    if not _LEAST <= foreground.mean() <= _MOST:
        return MIDDLE
    weight = foreground * _nearness_to_middle(foreground.shape)
    left, right = _extent(weight.sum(axis=0))
    top, bottom = _extent(weight.sum(axis=1))
    if right - left < _LEAST_SIDE or bottom - top < _LEAST_SIDE:
        return MIDDLE
    left, top = max(0.0, left - _MARGIN), max(0.0, top - _MARGIN)
    return left, top, min(1.0, right + _MARGIN) - left, min(1.0, bottom + _MARGIN) - top


def _foreground(lab: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels whose colour is none of the border's."""
    height, width, _ = lab.shape
    edge = max(1, round(_BORDER * min(height, width)))
    inner = np.zeros((height, width), bool)
    inner[edge:-edge, edge:-edge] = True
    background = _typical_colours(lab[~inner])
    distances = np.sqrt(((lab[:, :, None] - background) ** 2).sum(axis=-1)).min(axis=-1)
    threshold = max(_CLEARLY, 1.5 * float(np.quantile(distances[~inner], 0.9)))
    return distances > threshold


def _typical_colours(border: np.ndarray) -> np.ndarray:
    """(K, 3) colours that lie far apart and are shared by much of the border (N, 3)."""
    coarse, place, counts = np.unique((border // 12).astype(int), axis=0, return_inverse=True, return_counts=True)
    frequent = np.argsort(-counts, kind="stable")[:_BORDER_COLOURS]
    frequent = frequent[counts[frequent] >= 0.02 * len(border)] if len(coarse) > 1 else frequent
    if not len(frequent):
        return border.mean(axis=0, keepdims=True)
    return np.stack([border[place.ravel() == cell].mean(axis=0) for cell in frequent])


def _nearness_to_middle(shape: tuple[int, ...]) -> np.ndarray:
    """(H, W) 1 in the middle, less towards the corners."""
    ys, xs = np.meshgrid(np.linspace(-0.5, 0.5, shape[0]), np.linspace(-0.5, 0.5, shape[1]), indexing="ij")
    return np.exp(-(xs**2 + ys**2) / (2 * _CENTRE_SPREAD**2))


def _extent(profile: np.ndarray) -> tuple[float, float]:
    """Where a profile's mass begins and ends, as fractions, a little trimmed at both ends."""
    share = np.cumsum(profile) / profile.sum()
    first = int(np.searchsorted(share, _TRIM))
    last = int(np.searchsorted(share, 1 - _TRIM))
    return first / len(profile), (last + 1) / len(profile)


def _to_lab(pixels: np.ndarray) -> np.ndarray:
    """CIELAB (D65) of sRGB pixels (..., 3) uint8, as float32. Source: IEC 61966-2-1 and CIE 15."""
    linear = pixels.astype(np.float32) / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32)
    xyz = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089], np.float32)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)
