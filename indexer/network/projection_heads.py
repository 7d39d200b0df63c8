"""The projection heads that stand on a backbone: the vector's general, style and palette parts, and the classifiers."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import layers, ops

from indexer.network import lite0
from indexer.network.palette import colour_histogram, palette_projection
from indexer.network.product_mask import mask_logits

COLOUR_HEAD = "colour"  # the head that hangs on the palette's histogram; all others hang on the style part
GENERAL, STYLE, PALETTE, MASK = "general", "style", "palette", "mask"
MODEL_NAME = "parts"  # of the projection heads within a bundle's Keras file, which keeps the name of its first version
GENERAL_DIM = 256
GENERAL_PROJECTION = "general_projection"  # the layer that makes the general part; training leaves it as it is
STYLE_DIM = 64
_COLOUR_DIM = 64
_COLOUR_FEATURES = 64  # what the colour head takes from the backbone's pooled features
SMALL_FACTOR = 2  # the mask and the palette look at the input scaled down by it
# Heads are cosines to one unit vector a label, times this: what is learned is what a search by cosine needs
# (Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", CVPR 2018).
HEAD_SCALE = 20.0


def build_projection_heads(
    heads: Mapping[str, Sequence[str]],
    *,
    map_shape: tuple[int, int, int] = (7, 7, lite0.MAP_CHANNELS),
    features_dim: int = lite0.FEATURES,
    tuned_dim: int = lite0.MAP_CHANNELS,
    image_size: int = lite0.IMAGE_SIZE,
) -> keras.Model:
    """The projection heads, fed by a backbone's outputs. Their weights' shapes don't depend on the image size.

    Args:
        heads: name -> labels. ``COLOUR_HEAD`` hangs on the colours of the product's pixels, all others on the style
            part.
        map_shape: (m, m, channels) of the backbone's feature map.
        features_dim: F, length of its pooled features.
        tuned_dim: T, length of what its trained branch gives.
        image_size: side of the network's input (pixels), a multiple of 32.

    Returns:
        A model from ``features`` (N, F), ``tuned`` (N, T), ``map`` (N, m, m, channels) and ``small`` (N, s, s, 3; 0 to
        255, s = image_size / SMALL_FACTOR) to a dictionary: ``general`` (N, 256), ``style`` (N, 64) and ``palette``
        (N, 192), unit rows; ``mask`` (N, s, s), logits of a pixel being the product's; and for each head its logits.
    """
    small_side = image_size // SMALL_FACTOR
    features = keras.Input((features_dim,), name="features")
    tuned = keras.Input((tuned_dim,), name="tuned")
    feature_map = keras.Input(map_shape, name="map")
    small = keras.Input((small_side, small_side, 3), name="small")
    general = layers.Dense(GENERAL_DIM, use_bias=False, trainable=False, name=GENERAL_PROJECTION)(features)
    both = layers.Concatenate(name="style_inputs")([features, tuned])
    style = layers.Dense(STYLE_DIM, name="style_projection")(both)
    mask = mask_logits(feature_map, small)
    histogram = colour_histogram(small, ops.stop_gradient(ops.sigmoid(mask)))  # colours don't teach the mask
    outputs = {
        GENERAL: layers.UnitNormalization(name=GENERAL)(general),
        STYLE: layers.UnitNormalization(name=STYLE)(style),
        PALETTE: layers.UnitNormalization(name=PALETTE)(palette_projection()(histogram)),
        MASK: mask,
    }
    colour = _colour_vector(features, histogram) if COLOUR_HEAD in heads else None
    for name, labels in heads.items():
        scaled = layers.Rescaling(HEAD_SCALE, name=f"{name}_head_scale")(
            colour if name == COLOUR_HEAD else outputs[STYLE]
        )
        unit = keras.constraints.UnitNorm(axis=0)
        dense = layers.Dense(len(labels), use_bias=False, kernel_constraint=unit, name=f"{name}_logits")
        outputs[name] = dense(scaled)
    inputs = {"features": features, "tuned": tuned, "map": feature_map, "small": small}
    return keras.Model(inputs, outputs, name=MODEL_NAME)


def build_projection_heads_for(backbone: keras.Model, heads: Mapping[str, Sequence[str]]) -> keras.Model:
    """``build_projection_heads`` in the shapes that a forked backbone has."""
    feature_map, features, tuned = backbone.outputs
    return build_projection_heads(
        heads,
        map_shape=tuple(feature_map.shape[1:]),
        features_dim=features.shape[-1],
        tuned_dim=tuned.shape[-1],
        image_size=backbone.input_shape[1],
    )


def _colour_vector(features: Any, histogram: Any) -> Any:
    """What the colour head goes by: the product's exact colours, and what the backbone says of light and fabric."""
    fabric = layers.Dense(_COLOUR_FEATURES, activation="relu", name="colour_features")(features)
    colour = layers.Concatenate(name="colour_inputs")([histogram, fabric])
    colour = layers.Dense(2 * _COLOUR_DIM, activation="relu", name="colour_hidden")(colour)
    colour = layers.Dense(_COLOUR_DIM, name="colour_projection")(colour)
    return layers.UnitNormalization(name="colour_vector")(colour)


def histogram_of(projection_heads: keras.Model) -> Any:
    """The tensor (N, BINS) of ``build_projection_heads`` that says how much of each colour the product shows."""
    return projection_heads.get_layer("palette_projection").input


def build_classifier(
    backbone: keras.Model, projection_heads: keras.Model, temperatures: dict[str, float]
) -> keras.Model:
    """The whole network, from pixels to vectors and calibrated probabilities.

    Args:
        backbone: from ``fork_backbone``.
        projection_heads: from ``build_projection_heads``.
        temperatures: head name -> what divides its logits.

    Returns:
        A model from ``pixels`` (N, S, S, 3) float32 in 0 to 255 to their outputs, heads as probabilities and the
        mask as one, coarser by 4.
    """
    pixels = backbone.input
    feature_map, features, tuned = backbone.output
    small = layers.AveragePooling2D(SMALL_FACTOR, name="small")(pixels)
    outputs = dict(projection_heads({"features": features, "tuned": tuned, "map": feature_map, "small": small}))
    for name, temperature in temperatures.items():
        outputs[name] = layers.Softmax(name=name)(outputs[name] / temperature)
    mask = layers.Activation("sigmoid")(outputs[MASK])
    mask = layers.Reshape((*small.shape[1:3], 1))(mask)
    mask = layers.AveragePooling2D(4, name="mask_shares")(mask)
    outputs[MASK] = layers.Reshape(tuple(mask.shape[1:3]), name="mask_output")(mask)
    return keras.Model(pixels, outputs, name="vitrina")
