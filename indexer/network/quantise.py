"""A bundle's network in whole numbers: half the size and twice the speed, where it answers as well."""

from pathlib import Path

import keras
import numpy as np

from indexer.network.export import for_single_photos
from search.bundle import CLASSIFIER

_CALIBRATED_ON = 200  # photos


def convert_to_int8(classifier: keras.Model, pixels: np.ndarray) -> bytes:
    """A LiteRT file with 8-bit weights and activations; input and outputs stay float32.

    Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference" (CVPR 2018).

    Args:
        classifier: from ``build_classifier``.
        pixels: (N, S, S, 3) uint8, photos that the ranges of activations are measured on.
    """
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(for_single_photos(classifier))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    step = max(1, len(pixels) // _CALIBRATED_ON)
    converter.representative_dataset = lambda: ([one[None].astype(np.float32)] for one in pixels[::step])
    return converter.convert()


def quantise_bundle(bundle_dir: Path, pixels: np.ndarray) -> bytes:
    """The same of a bundle on disk."""
    return convert_to_int8(keras.saving.load_model(bundle_dir / CLASSIFIER, compile=False), pixels)
