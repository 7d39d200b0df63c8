"""Samples that are the same every time, for measurements whose cost must not grow with the catalogue."""

import numpy as np


def spread_evenly(count: int, most: int) -> np.ndarray:
    """At most so many of the numbers from 0 to ``count`` - 1, ascending and evenly over them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(int)
