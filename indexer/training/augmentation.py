"""Random views of photos that leave a garment what it is: framing, tilt, light, and a covered patch.

No hue shift, no cutting to a detail and no upside down: a garment's class and colour must survive.
All chance comes from a seed, so that a training that goes on after a stop sees what it would have seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from indexer.training.scenes import lay_on_scene, make_scenes, numbered_seed, packshot_backgrounds

WHITE = 255.0
_AT_ONCE = 32  # photos changed together, so that many need little memory


@dataclass(frozen=True)
class Augmentation:
    """How far views may differ from the photo."""

    smallest: float = 0.6  # share of each side that a view shows at least
    widest: float = 1.08  # and at most; beyond 1 there is white around
    stretch: float = 0.12  # logarithm of the aspect ratio, either way
    tilt: float = 9.0  # degrees, standard deviation
    perspective: float = 0.12  # how much nearer one side may be, as a share
    brightness: float = 0.18  # share, either way
    contrast: float = 0.2  # share, either way
    cast: float = 0.04  # share a channel, standard deviation
    erasing: float = 0.25  # probability


def augment(photos: Any, backgrounds: Any, laid: Any, seed: Any, side: int, limits: Augmentation) -> tuple[Any, Any]:
    """One random view of each photo.

    Args:
        photos: (N, S, S, 3) uint8, squares as the photo cache holds them.
        backgrounds: (N, S, S) uint8: 255 where a photo shows its background, 0 on the product; all 0 where that isn't
            known.
        laid: (N,) bool, whether the background is to be replaced by another scene.
        seed: (2,) int; equal seeds give equal views.
        side: of the views (pixels).
        limits: how far they may go.

    Returns:
        (N, side, side, 3) float32 in 0 to 255, and (N, side, side, 1) where it shows the background, 0 to 1.
    """
    frames, light, patches, scenes, camera = (tf.random.split(seed, 5)[i] for i in range(5))
    pixels = tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.concat([photos, backgrounds[..., None]], axis=3),
        transforms=_frames(photos, frames, side, limits),
        output_shape=[side, side],
        fill_value=WHITE,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
    pixels = tf.cast(pixels, tf.float32)
    pixels, uncovered = pixels[..., :3], pixels[..., 3:] / WHITE
    laid = tf.where(laid & tf.reduce_any(backgrounds > 0, axis=(1, 2)))[:, 0]  # only these pay for a scene
    others = tf.gather(photos, tf.random.experimental.stateless_shuffle(tf.range(tf.shape(photos)[0]), scenes))
    scene = make_scenes(tf.gather(others, laid), scenes, side)
    placed = lay_on_scene(tf.gather(pixels, laid), tf.gather(uncovered, laid), scene, camera)
    pixels = tf.tensor_scatter_nd_update(pixels, laid[:, None], placed)
    return _erase(_relight(pixels, light, limits), patches, limits), uncovered


def as_shoppers(pixels: np.ndarray, side: int, seed: int) -> np.ndarray:
    """Each photo as a shopper might have taken it: tilted, cropped, relit, and a packshot's product laid elsewhere.

    Args:
        pixels: (N, S, S, 3) uint8 squares.
        side: of what comes back (pixels).
        seed: equal seeds give equal photos.

    Returns:
        (N, side, side, 3) uint8.
    """
    views = []
    for start in range(0, len(pixels), _AT_ONCE):
        photos = pixels[start : start + _AT_ONCE]
        everywhere = tf.ones(len(photos), tf.bool)
        backgrounds = packshot_backgrounds(photos)
        view, _ = augment(photos, backgrounds, everywhere, tf.constant([seed, start]), side, Augmentation())
        views.append(tf.cast(tf.round(tf.clip_by_value(view, 0, 255)), tf.uint8).numpy())
    return np.concatenate(views)


def _uniform(count: Any, seed: Any, number: int, low: float, high: float) -> Any:
    return tf.random.stateless_uniform((count,), numbered_seed(seed, number), low, high)


def _frames(photos: Any, seed: Any, side: int, limits: Augmentation) -> Any:
    """(N, 8) projective transforms from a view's pixels to the photo's."""
    count, source = tf.shape(photos)[0], tf.cast(tf.shape(photos)[1], tf.float32)
    share = _uniform(count, seed, 0, limits.smallest, limits.widest)
    stretch = tf.exp(_uniform(count, seed, 1, -limits.stretch, limits.stretch))
    angle = tf.random.stateless_normal((count,), numbered_seed(seed, 2)) * limits.tilt * 3.14159265 / 180
    mirror = tf.where(_uniform(count, seed, 3, 0.0, 1.0) < 0.5, -1.0, 1.0)
    free = tf.abs(1 - share) / 2 * source
    middle_x = (source - 1) / 2 + _uniform(count, seed, 4, -1.0, 1.0) * free
    middle_y = (source - 1) / 2 + _uniform(count, seed, 5, -1.0, 1.0) * free
    lean_x = _uniform(count, seed, 6, -limits.perspective, limits.perspective) / side
    lean_y = _uniform(count, seed, 7, -limits.perspective, limits.perspective) / side
    scale = share * source / side
    a, b = scale * stretch * tf.cos(angle) * mirror, -scale / stretch * tf.sin(angle)
    c, d = scale * stretch * tf.sin(angle) * mirror, scale / stretch * tf.cos(angle)
    # In coordinates around the view's middle m: (A(p - m)) / (1 + l.(p - m)) + centre, written out for pixel p.
    half = (side - 1) / 2  # pixels are where their centres are
    k = 1 - (lean_x + lean_y) * half
    rows = [
        a + middle_x * lean_x,
        b + middle_x * lean_y,
        -(a + b) * half + middle_x * k,
        c + middle_y * lean_x,
        d + middle_y * lean_y,
        -(c + d) * half + middle_y * k,
        lean_x,
        lean_y,
    ]
    return tf.stack([row / k for row in rows], axis=1)


def _relight(pixels: Any, seed: Any, limits: Augmentation) -> Any:
    """Brighter or darker, harder or softer, under slightly coloured light."""
    count = tf.shape(pixels)[0]
    gain = 1 + _uniform(count, seed, 0, -limits.brightness, limits.brightness)[:, None, None, None]
    contrast = 1 + _uniform(count, seed, 1, -limits.contrast, limits.contrast)[:, None, None, None]
    cast = 1 + tf.random.stateless_normal((count, 1, 1, 3), numbered_seed(seed, 2)) * limits.cast
    middle = tf.reduce_mean(pixels, axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(((pixels - middle) * contrast + middle) * gain * cast, 0.0, WHITE)


def _erase(pixels: Any, seed: Any, limits: Augmentation) -> Any:
    """Now and then a grey rectangle of 2 to 16 % of the view, as by a hand or a hanger in front.

    Source: Zhong et al., "Random Erasing Data Augmentation" (AAAI 2020).
    """
    count, side = tf.shape(pixels)[0], tf.cast(tf.shape(pixels)[1], tf.float32)
    height, width = (_uniform(count, seed, i, 0.15, 0.4) * side for i in (0, 1))
    top, left = (_uniform(count, seed, i, 0.0, 0.85) * side for i in (2, 3))
    line = tf.range(side)
    rows = (line >= top[:, None]) & (line < (top + height)[:, None])
    columns = (line >= left[:, None]) & (line < (left + width)[:, None])
    chosen = _uniform(count, seed, 4, 0.0, 1.0) < limits.erasing
    hidden = (rows[:, :, None] & columns[:, None, :] & chosen[:, None, None])[..., None]
    grey = _uniform(count, seed, 5, 0.0, WHITE)[:, None, None, None]
    return tf.where(hidden, grey, pixels)
