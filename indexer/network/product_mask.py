"""The product mask: which pixels of a photo belong to the product, and not to a person, a floor or a wall."""

from typing import Any

import numpy as np
from keras import layers, ops

_CLEARLY = 0.24  # distance in colour space (-1 to 1 a channel) from the border's colour that background hardly has
_AROUND = 4  # the mask looks at its surroundings on a grid that is coarser by this


def mask_logits(feature_map: Any, small: Any) -> Any:
    """(N, s, s) logits: above 0 where the product probably is.

    Built from what the backbone sees of the whole, from each pixel and those around it, and from how far the pixel's
    colour is from the median colour of the photo's border.

    Args:
        feature_map: (N, m, m, C) of the backbone.
        small: (N, s, s, 3), the photo in 0 to 255; s is a multiple of ``_AROUND``.
    """
    side = small.shape[1]
    colours = layers.Rescaling(1 / 127.5, offset=-1.0, name="mask_scale")(small)
    distance = _distance_from_border(colours)
    clear = ops.cast(distance > _CLEARLY, "float32")
    inputs = layers.Concatenate(name="mask_inputs")([colours, distance, clear, _places(colours)])
    pixels = layers.Conv2D(16, 3, padding="same", activation="relu", name="mask_pixels")(inputs)
    around = layers.AveragePooling2D(_AROUND, name="mask_coarse_pixels")(pixels)
    around = layers.Conv2D(16, 3, padding="same", activation="relu", name="mask_around")(around)
    seen = layers.Conv2D(24, 1, activation="relu", name="mask_map")(feature_map)
    seen = layers.Resizing(side // _AROUND, side // _AROUND, interpolation="bilinear", name="mask_map_up")(seen)
    coarse = layers.Concatenate(name="mask_coarse_inputs")([seen, around])
    coarse = layers.Conv2D(24, 1, activation="relu", name="mask_coarse")(coarse)
    coarse = layers.Resizing(side, side, interpolation="bilinear", name="mask_up")(coarse)
    hidden = layers.Concatenate(name="mask_hidden_inputs")([coarse, pixels])
    hidden = layers.Conv2D(16, 1, activation="relu", name="mask_hidden")(hidden)
    return layers.Reshape((side, side), name="mask")(layers.Conv2D(1, 1, name="mask_logit")(hidden))


def _distance_from_border(colours: Any) -> Any:
    """(N, s, s, 1) how far each pixel's colour is from the border's median, channel by channel."""
    border = ops.concatenate([colours[:, 0], colours[:, -1], colours[:, :, 0], colours[:, :, -1]], axis=1)
    upper_half = ops.top_k(ops.transpose(border, (0, 2, 1)), border.shape[1] // 2 + 1)[0]
    median = upper_half[:, None, None, :, -1]
    return ops.sqrt(ops.sum(ops.square(colours - median), axis=-1, keepdims=True) + 1e-6)


def _places(colours: Any) -> Any:
    """(N, s, s, 2) squared distance from the middle, down and across: products stand in the middle."""
    line = np.linspace(-1, 1, colours.shape[1], dtype=np.float32) ** 2
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1)
    return ops.zeros_like(colours[..., :2]) + places
