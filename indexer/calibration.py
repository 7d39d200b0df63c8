"""Temperature scaling: making probabilities mean what they say.

Source: Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017).
"""

import numpy as np

_TEMPERATURES = np.geomspace(0.2, 5.0, 129)  # steps of 2.5 %


def choose_temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The temperature under which held-out photos' true labels are most likely.

    Args:
        logits: (N, C) of photos that the classifier wasn't fitted on.
        targets: (N,) int, their true labels.
    """
    return float(min(_TEMPERATURES, key=lambda temperature: negative_log_likelihood(logits / temperature, targets)))


def negative_log_likelihood(logits: np.ndarray, targets: np.ndarray) -> float:
    """Mean surprise (nats) at the true labels (N,) under the softmax of logits (N, C)."""
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float(np.mean(log_sum - logits[np.arange(len(targets)), targets]))
