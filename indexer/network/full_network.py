"""The whole network in the size and precision in which it is judged and shipped."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from indexer.network.projection_heads import MASK, SMALL_FACTOR, build_projection_heads_for
from indexer.network.start import resize_backbone

_AT_ONCE = 32


class FullNetwork:
    """Backbone and projection heads at the bundle's image size, taking over weights from a training at another size.

    Args:
        backbone: whose layers to copy.
        names: head -> labels.
        image_size: side of the input (pixels).
    """

    def __init__(self, backbone: keras.Model, names: Mapping[str, Sequence[str]], image_size: int) -> None:
        self.backbone = resize_backbone(backbone, image_size)
        self.projection_heads = build_projection_heads_for(self.backbone, names)
        self._run = tf.function(self._outputs)

    def take_weights(self, backbone: keras.Model, projection_heads: keras.Model) -> None:
        """Copy the weights of the same network at whatever size."""
        self.backbone.set_weights(backbone.get_weights())
        self.projection_heads.set_weights(projection_heads.get_weights())

    def predict(self, pixels: np.ndarray, *, progress: bool = False) -> dict[str, np.ndarray]:
        """The projection heads' outputs without the mask, heads as logits.

        Args:
            pixels: (N, S, S, 3) uint8.
            progress: show a bar.
        """
        starts = tqdm(
            range(0, len(pixels), _AT_ONCE), desc="predicting", unit="batch", disable=not progress, leave=False
        )
        outputs = [self._run(tf.constant(pixels[start : start + _AT_ONCE])) for start in starts]
        return {name: np.concatenate([output[name].numpy() for output in outputs]) for name in outputs[0]}

    def _outputs(self, pixels: Any) -> dict[str, Any]:
        pixels = tf.cast(pixels, tf.float32)
        feature_map, features, tuned = self.backbone(pixels, training=False)
        small = tf.nn.avg_pool2d(pixels, SMALL_FACTOR, SMALL_FACTOR, "VALID")
        inputs = {"features": features, "tuned": tuned, "map": feature_map, "small": small}
        outputs = self.projection_heads(inputs, training=False)
        return {name: output for name, output in outputs.items() if name != MASK}
