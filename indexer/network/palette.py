"""The palette: how much of the product has which colour, as a layer of the network that nothing trains.

Hues, saturations and values are counted in fixed bins, so that shades without a name are told apart as well as any
others. The counts are square-rooted, which makes their inner product the Bhattacharyya coefficient of two histograms
(Swain and Ballard, "Color indexing", IJCV 1991; Bhattacharyya, 1943), and then projected to fewer numbers by fixed
orthogonal directions, which keeps inner products nearly as they are (Johnson and Lindenstrauss, 1984).
"""

from typing import Any

import numpy as np
from keras import layers, ops

HUES, SATURATIONS, VALUES = 18, 5, 7  # bins; docs/model.md has what others find
BINS = HUES * SATURATIONS * VALUES
PALETTE_DIM = 192
_EDGE = 1e-4  # added before rounding down, so that whole colours lie on no bin's edge, where two runtimes might differ
_NOTHING = 1e-6


def colour_histogram(pixels: Any, weights: Any) -> Any:
    """(N, BINS) square-rooted shares of the colours, unit rows.

    Args:
        pixels: (N, s, s, 3) in 0 to 255.
        weights: (N, s, s), how much each pixel counts, 0 to 1.
    """
    hue, saturation, value = _to_hsv(pixels / 255.0)
    count = pixels.shape[1] * pixels.shape[2]
    by_hue = ops.reshape(_one_hot(hue * (HUES / 6), HUES), (-1, count, HUES))
    shade = ops.expand_dims(_one_hot(saturation * SATURATIONS, SATURATIONS), -1) * ops.expand_dims(
        _one_hot(value * VALUES, VALUES), -2
    )
    shade = ops.reshape(shade, (-1, count, SATURATIONS * VALUES)) * ops.reshape(weights, (-1, count, 1))
    counts = ops.reshape(ops.matmul(ops.transpose(by_hue, (0, 2, 1)), shade), (-1, BINS))
    return ops.sqrt(counts / (ops.sum(counts, axis=1, keepdims=True) + _NOTHING))


def palette_projection() -> layers.Layer:
    """From BINS to PALETTE_DIM numbers by orthogonal directions, the same in every network."""
    directions = np.linalg.qr(np.random.default_rng(0).normal(size=(BINS, BINS)))[0][:, :PALETTE_DIM]
    layer = layers.Dense(PALETTE_DIM, use_bias=False, trainable=False, name="palette_projection")
    layer.build((None, BINS))
    layer.set_weights([directions.astype(np.float32)])
    return layer


def _to_hsv(colours: Any) -> tuple[Any, Any, Any]:
    """Hue (N, s, s) from 0 to 6, saturation and value from 0 to 1, of colours (N, s, s, 3) from 0 to 1.

    Hues are left in sixths: many colours have a whole number of them, and a constant such as 1/6, rounded to half
    precision in the shipped file, would put them into other bins.
    """
    red, green, blue = (colours[..., channel] for channel in range(3))
    value, least = ops.max(colours, axis=-1), ops.min(colours, axis=-1)
    spread = value - least
    safe = ops.maximum(spread, _NOTHING)
    from_red = (green - blue) / safe
    hue = ops.where(
        ops.equal(value, red),  # "==" would compare the symbols of a network that is being built, not their values
        ops.where(from_red < 0, from_red + 6.0, from_red),
        ops.where(ops.equal(value, green), (blue - red) / safe + 2.0, (red - green) / safe + 4.0),
    )
    return hue, spread / ops.maximum(value, _NOTHING), value


def _one_hot(places: Any, bins: int) -> Any:
    """(..., bins) in which bin each place from 0 to ``bins`` lies."""
    place = ops.minimum(ops.floor(places + _EDGE), float(bins - 1))
    return ops.cast(ops.equal(ops.expand_dims(place, -1), np.arange(bins, dtype=np.float32)), "float32")
