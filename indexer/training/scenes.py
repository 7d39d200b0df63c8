"""From packshots to photos as a shopper might take them: the product cut out and laid somewhere else.

A shop has clean packshots; a shopper sends a photo of a thing on the bed. A network that has only seen the first kind
does not know that both are the same. These views are made from the shop's own photos, so no others are needed.
"""

from typing import Any

import numpy as np
import tensorflow as tf

_WHITE_DISTANCE = 14  # grey levels from white below which a packshot's pixel counts as background
_LIGHT_BORDER = 0.7  # share of the outermost pixels that must be background
_SHARES = (0.03, 0.9)  # of the square that a product covers
_ZOOM = (0.15, 0.5)  # share of each side of another photo that is blown up to a floor or a wall
_SHADOW = 0.45  # how dark the shadow is
_SHADOW_BLUR = 8  # pixels
_NOISE = 6.0  # grey levels, standard deviation at most
_GRAIN = np.random.default_rng(0).normal(size=(768, 768, 3)).astype(np.float32)


def packshot_backgrounds(photos: np.ndarray) -> np.ndarray:
    """Where packshots show their light background.

    Args:
        photos: (N, S, S, 3) uint8.

    Returns:
        (N, S, S) uint8: 255 on the background, as seen from any side, 0 on the product; all 0 for a photo that is no
        packshot.
    """
    found = np.zeros(photos.shape[:3], np.uint8)
    for mask, photo in zip(found, photos, strict=True):
        background = _background(photo)
        border = np.concatenate([background[0], background[-1], background[:, 0], background[:, -1]])
        if border.mean() >= _LIGHT_BORDER and _SHARES[0] <= 1 - background.mean() <= _SHARES[1]:
            mask[background] = 255
    return found


def _background(photo: np.ndarray) -> np.ndarray:
    light = photo.min(axis=2) > 255 - _WHITE_DISTANCE
    seen = np.zeros_like(light)
    for axis in (0, 1):
        for order in (slice(None), slice(None, None, -1)):
            sight = [slice(None), slice(None)]
            sight[axis] = order
            turned = tuple(sight)
            seen[turned] |= np.logical_and.accumulate(light[turned], axis=axis)
    return seen


def numbered_seed(seed: Any, number: int) -> Any:
    """One of many seeds made of one (2,) int, so that each draw has its own."""
    return seed + tf.constant([0, 7919 * number], seed.dtype)


def make_scenes(photos: Any, seed: Any, side: int) -> Any:
    """Surroundings to lay products on: blown-up details of photos, mixed with plain colours.

    Args:
        photos: (N, S, S, 3) uint8, of anything.
        seed: (2,) int.
        side: of the scenes (pixels).

    Returns:
        (N, side, side, 3) float32 in 0 to 255.
    """
    count, source = tf.shape(photos)[0], tf.cast(tf.shape(photos)[1], tf.float32)

    def draw(number: int, low: float, high: float) -> Any:
        return tf.random.stateless_uniform((count,), numbered_seed(seed, number), low, high)

    scale = draw(0, *_ZOOM) * source / side
    angle = draw(1, 0.0, 6.28)
    a, b = scale * tf.cos(angle), scale * tf.sin(angle)
    x, y = (draw(number, 0.3, 0.7) * source for number in (2, 3))
    half, nothing = side / 2, tf.zeros_like(a)
    details = tf.raw_ops.ImageProjectiveTransformV3(
        images=photos,
        transforms=tf.stack([a, -b, x - (a - b) * half, b, a, y - (a + b) * half, nothing, nothing], axis=1),
        output_shape=[side, side],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    greyish = tf.random.stateless_uniform((count, 1, 1, 1), numbered_seed(seed, 4), 30.0, 240.0)
    plain = greyish + tf.random.stateless_normal((count, 1, 1, 3), numbered_seed(seed, 5)) * 18
    share = draw(6, 0.0, 1.0)[:, None, None, None]
    return tf.clip_by_value(tf.cast(details, tf.float32) * share + plain * (1 - share), 0.0, 255.0)


def lay_on_scene(products: Any, backgrounds: Any, scenes: Any, seed: Any) -> Any:
    """Products on scenes, with a soft shadow and a camera's noise.

    Args:
        products: (N, s, s, 3) float32.
        backgrounds: (N, s, s, 1) float32, 1 where the scene is to show, 0 on the product.
        scenes: (N, s, s, 3) float32, from ``make_scenes``.
        seed: (2,) int.
    """
    side = tf.shape(products)[1]
    coarse = tf.nn.avg_pool2d(backgrounds, _SHADOW_BLUR, _SHADOW_BLUR, "SAME")
    shadow = tf.roll(1 - tf.image.resize(coarse, (side, side)), shift=(3, 2), axis=(1, 2))
    laid = products * (1 - backgrounds) + scenes * (1 - _SHADOW * shadow) * backgrounds
    # Drawing fresh noise for each pixel would take longer than everything else here together.
    start = tf.random.stateless_uniform((2,), numbered_seed(seed, 0), 0, _GRAIN.shape[0] - side + 1, tf.int32)
    grain = tf.slice(tf.constant(_GRAIN), [start[0], start[1], 0], [side, side, 3])
    strength = tf.random.stateless_uniform((tf.shape(products)[0], 1, 1, 1), numbered_seed(seed, 1), 0.0, _NOISE)
    return laid + grain * strength
