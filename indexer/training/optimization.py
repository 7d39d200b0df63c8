"""How weights are moved, by the trainer and by the last fit alike: AdamW without decay of biases, clipped gradients."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

WARMUP_SHARE = 0.05  # of the steps
_CLIP_NORM = 5.0  # of all gradients together


def build_optimizer(variables: Sequence[keras.Variable], weight_decay: float) -> keras.optimizers.AdamW:
    """An optimizer for these variables; its rate is set before each step."""
    optimizer = keras.optimizers.AdamW(weight_decay=weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(variables)
    return optimizer


def clipped_gradients(tape: tf.GradientTape, loss: Any, variables: Sequence[keras.Variable]) -> list[Any]:
    """What the tape has seen, shortened where it is steep."""
    return tf.clip_by_global_norm(tape.gradient(loss, [variable.value for variable in variables]), _CLIP_NORM)[0]
