"""A backbone in two branches: one that stays as ImageNet made it, and one that learns a shop's own things.

Both share the early and middle layers, which stand still. From a layer on, a copy of the rest can be trained beside
the original. What the original knows cannot be forgotten, since no training touches it.
"""

from typing import Any

import keras
from keras import layers

from indexer.errors import TrainingDataError
from indexer.network import lite0

FORK, TUNED = "fork", "tuned"  # the layer where the branches part, and the trained branch, a model of its own
_LITE0_FORK = "block12_add"  # as much as fits into a bundle of 25 MB, both files counted
_COPIED_SHARE = 0.3  # of another backbone's weights that the trained branch copies, about


def fork_backbone(backbone: keras.Model) -> keras.Model:
    """The backbone with a trainable copy of its last layers.

    Args:
        backbone: from pixels to the outputs of its layers ``map`` and ``features``.

    Returns:
        A model from the same pixels to three outputs: the feature map (N, m, m, C), the pooled features (N, F), and
        what the trained branch makes of the photo, pooled (N, T); its weights start equal to the original's.
    """
    names = {layer.name for layer in backbone.layers}
    at = _LITE0_FORK if _LITE0_FORK in names else _find_fork(backbone)
    original = keras.Model(backbone.get_layer(at).output, backbone.get_layer(lite0.MAP).output)
    return _with_branch(backbone, at, _copy_branch(original))


def fork_earlier(forked: keras.Model, at: str) -> keras.Model:
    """A forked backbone whose trained branch begins at an earlier layer, so that more of the network learns.

    It computes what the given one does until it is trained: the branch's new layers begin as the original's, its others
    as they were trained. What lies between the two forks is then computed once for each branch.

    Args:
        forked: from ``fork_backbone``.
        at: a layer before its fork, through which everything passes.

    Raises:
        TrainingDataError: there is no such layer.
    """
    feature_map, features, _ = forked.outputs
    backbone = keras.Model(forked.input, [feature_map, features], name=forked.name)
    shared = keras.Model(forked.input, forked.get_layer(FORK).output)
    named = {layer.name: layer for layer in shared.layers}
    if at not in named or not _passes_all(named[at], shared.output):
        usable = [name for name, layer in named.items() if _passes_all(layer, shared.output)]
        raise TrainingDataError(f"A training can't fork at {at!r}. Layers to fork at: {', '.join(usable) or 'none'}.")
    copy = _copy_branch(keras.Model(backbone.get_layer(at).output, feature_map))
    for layer in forked.get_layer(TUNED).layers:
        if layer.weights:
            copy.get_layer(layer.name).set_weights(layer.get_weights())
    return _with_branch(backbone, at, copy)


def _copy_branch(original: keras.Model) -> keras.Model:
    """A copy of some last layers with weights of its own, pooled, as a model for photos of any size."""
    any_size = keras.Input((None, None, original.input_shape[-1]), name="branch_input")
    copy = keras.models.clone_model(original, input_tensors=any_size)
    copy.set_weights(original.get_weights())
    return keras.Model(any_size, layers.GlobalAveragePooling2D(name="branch_pooled")(copy.output), name=TUNED)


def _with_branch(backbone: keras.Model, at: str, branch: keras.Model) -> keras.Model:
    tuned = branch(layers.Identity(name=FORK)(backbone.get_layer(at).output))
    return keras.Model(backbone.input, [*backbone.outputs, tuned], name=backbone.name)


def split_at_fork(forked: keras.Model) -> tuple[keras.Model, keras.Model]:
    """The layers that stand still, and the branch that is trained; both share their layers with the forked backbone.

    Returns:
        A model from pixels to the fork's output, the feature map and the pooled features, and one from the fork's
        output to the trained branch's (N, T).
    """
    still = keras.Model(forked.input, [forked.get_layer(name).output for name in (FORK, lite0.MAP, lite0.POOLED)])
    return still, forked.get_layer(TUNED)


def _find_fork(backbone: keras.Model) -> str:
    """The layer that everything passes through and that has about ``_COPIED_SHARE`` of the weights behind it."""
    end, seen = backbone.get_layer(lite0.MAP).output, 0
    before: list[keras.Layer] = []  # those with more weights behind them, and those with fewer
    after: list[keras.Layer] = []
    for layer in backbone.layers:
        seen += layer.count_params()
        (before if seen <= (1 - _COPIED_SHARE) * backbone.count_params() else after).append(layer)
    # The nearest first, as each look follows the whole network.
    return next((layer.name for layer in (*reversed(before), *after) if _passes_all(layer, end)), "")


def _passes_all(layer: keras.Layer, end: Any) -> bool:
    """Whether a layer gives a map, and no shortcut to ``end``, a later output, passes it by."""
    if isinstance(layer, layers.InputLayer) or len(layer.output.shape) != 4:
        return False
    try:
        keras.Model(layer.output, end)
    except ValueError:
        return False
    return True
