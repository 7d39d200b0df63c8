"""The network: a backbone, and on top of it the parts that Vitrina trains.

    pixels -> backbone -+-> features (1280) -> style part (unit) ---> category, gender heads
                        +-> feature map --.
    pixels (small) ----------------------- attention -> soft colour histogram -.
                        +-> features ------------------------------------------+-> colour part (unit) -> colour head

A classifier's features forget colour. So colour has a part of its own: a histogram over learned colours, of those
pixels that a learned attention takes for the product, joined by what the backbone knows of fabric. Both parts have
length 1, so that a query can weigh them against each other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from indexer.network import lite0

COLOUR_HEAD = "colour"  # the head that hangs on the colour part; all others hang on the style part
STYLE_DIM = 256
COLOUR_DIM = 64
_LEVELS = 5  # colours of the histogram a channel before training moves them: 125 in all
_SOFTNESS = (
    0.15  # squared distance, in colour space from -1 to 1, over which a pixel still counts for a neighbouring colour
)
_COLOUR_FEATURES = 64  # what the colour part takes from the backbone's pooled features
SMALL_FACTOR = 8  # the colour part looks at the input scaled down by it
# Heads are cosines to one unit vector a label, times this: what is learned is what a search by cosine needs
# (Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", CVPR 2018).
HEAD_SCALE = 20.0
_SMOOTH = 1e-4  # keeps the square root's slope finite at an empty histogram bin


def build_parts(
    heads: Mapping[str, Sequence[str]],
    *,
    map_shape: tuple[int, int, int] = (7, 7, lite0.MAP_CHANNELS),
    features_dim: int = lite0.FEATURES,
    image_size: int = lite0.IMAGE_SIZE,
) -> keras.Model:
    """The trainable parts, fed by a backbone's outputs. Their weights' shapes don't depend on the image size.

    Args:
        heads: name -> labels. ``COLOUR_HEAD`` hangs on the colour part, all others on the style part.
        map_shape: (m, m, channels) of the backbone's feature map.
        features_dim: F, length of its pooled features.
        image_size: side of the network's input (pixels), a multiple of SMALL_FACTOR.

    Returns:
        A model from ``features`` (N, F), ``map`` (N, m, m, channels) and ``small`` (N, s, s, 3; 0 to 255, s =
        image_size / SMALL_FACTOR) to a dictionary:
        ``style`` (N, 256) and ``colour_part`` (N, 64), unit rows, and for each head its logits.
    """
    small_side = image_size // SMALL_FACTOR
    features = keras.Input((features_dim,), name="features")
    feature_map = keras.Input(map_shape, name="map")
    small = keras.Input((small_side, small_side, 3), name="small")
    style = layers.Dense(STYLE_DIM, name="style_projection")(features)
    style = layers.UnitNormalization(name="style")(style)
    histogram = _colour_histogram(feature_map, small)
    fabric = layers.Dense(_COLOUR_FEATURES, activation="relu", name="colour_features")(features)
    colour = layers.Concatenate(name="colour_inputs")([histogram, fabric])
    colour = layers.Dense(2 * COLOUR_DIM, activation="relu", name="colour_hidden")(colour)
    colour = layers.Dense(COLOUR_DIM, name="colour_projection")(colour)
    colour = layers.UnitNormalization(name="colour_part")(colour)
    outputs = {"style": style, "colour_part": colour}
    for name, labels in heads.items():
        part = colour if name == COLOUR_HEAD else style
        scaled = layers.Rescaling(HEAD_SCALE, name=f"{name}_head_scale")(part)
        unit = keras.constraints.UnitNorm(axis=0)
        dense = layers.Dense(len(labels), use_bias=False, kernel_constraint=unit, name=f"{name}_logits")
        outputs[name] = dense(scaled)
    return keras.Model({"features": features, "map": feature_map, "small": small}, outputs, name="parts")


def _colour_histogram(feature_map: Any, small: Any) -> Any:
    """How much of each learned colour the product shows: attention-weighted, square-rooted (Hellinger)."""
    side = small.shape[1]
    colours = layers.Rescaling(1 / 127.5, offset=-1.0, name="small_scale")(small)
    bins = layers.Conv2D(_LEVELS**3, 1, activation="softmax", name="colour_bins", **_nearest_colour())(colours)
    seen = layers.Conv2D(32, 1, activation="relu", name="attention_map")(feature_map)
    seen = layers.Resizing(side, side, interpolation="bilinear", name="attention_up")(seen)
    near = layers.Conv2D(16, 3, padding="same", activation="relu", name="attention_pixels")(colours)
    attention = layers.Concatenate(name="attention_inputs")([seen, near])
    attention = layers.Conv2D(16, 1, activation="relu", name="attention_hidden")(attention)
    attention = layers.Conv2D(1, 1, name="attention_logit")(attention)
    attention = layers.Softmax(axis=1, name="attention")(layers.Reshape((side * side, 1))(attention))
    bins = layers.Reshape((side * side, _LEVELS**3))(bins)
    histogram = ops.sum(attention * bins, axis=1)
    return ops.sqrt(histogram + _SMOOTH)


def histogram_of(parts: keras.Model) -> Any:
    """The tensor (N, bins) of ``build_parts`` that says how much of each colour the product shows."""
    return parts.get_layer("colour_inputs").input[0]


def _nearest_colour() -> dict[str, Any]:
    """Initial weights under which the softmax picks the colours nearest to a pixel.

    -|x - c|^2 = 2 c.x - |c|^2 - |x|^2, and the last term is the same for all, so a 1x1 convolution does it.
    """
    levels = np.linspace(-1, 1, _LEVELS)
    centres = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    kernel = (2 * centres.T / _SOFTNESS).reshape(1, 1, 3, -1)
    bias = -(centres**2).sum(axis=1) / _SOFTNESS
    return {
        "kernel_initializer": keras.initializers.Constant(kernel.tolist()),
        "bias_initializer": keras.initializers.Constant(bias.tolist()),
    }


def build_classifier(
    backbone: keras.Model, parts: keras.Model, temperatures: dict[str, float], colour_pull: float = 0.0
) -> keras.Model:
    """The whole network, from pixels to vectors and calibrated probabilities.

    Args:
        backbone: from ``backbone.build_backbone``.
        parts: from ``build_parts``.
        temperatures: head name -> what divides its logits.
        colour_pull: how far the colour part is moved towards the unit vectors of the colours that the photo probably
            has, before it is brought back to length 1. Photos that are sure of the same colour come closer, so that a
            search ranks them before others; 0 leaves the part as it is.

    Returns:
        A model from ``pixels`` (N, S, S, 3) float32 in 0 to 255 to the parts' outputs, heads as probabilities.
    """
    pixels = backbone.input
    feature_map, features = backbone.output
    small = layers.AveragePooling2D(SMALL_FACTOR, name="small")(pixels)
    outputs = dict(parts({"features": features, "map": feature_map, "small": small}))
    for name, temperature in temperatures.items():
        outputs[name] = layers.Softmax(name=name)(outputs[name] / temperature)
    if colour_pull and COLOUR_HEAD in temperatures:
        kernel = parts.get_layer(f"{COLOUR_HEAD}_logits").get_weights()[0]  # (COLOUR_DIM, colours)
        colours = layers.Dense(COLOUR_DIM, use_bias=False, trainable=False, name="colour_prototypes")
        likely = colours(outputs[COLOUR_HEAD])  # the colours' unit vectors, averaged by how probable each is
        colours.set_weights([kernel.T])
        moved = layers.add([outputs["colour_part"], colour_pull * likely])
        outputs["colour_part"] = layers.UnitNormalization(name="colour_pulled")(moved)
    return keras.Model(pixels, outputs, name="vitrina")
