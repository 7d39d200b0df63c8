"""Samples that are the same every time, for measurements whose cost must not grow with the catalogue."""

import numpy as np


def spread_evenly(count: int, most: int) -> np.ndarray:
    """At most so many of the numbers from 0 to ``count`` - 1, ascending and evenly over them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(int)


def choose_of_each_class(targets: np.ndarray, most: int, enough: int, rng: np.random.Generator) -> np.ndarray:
    """(N,) bool: all of N photos, or of more than ``most`` a share that is the same of each class.

    Args:
        targets: (N,) int, the photos' classes.
        most: photos that are chosen, and more only where small classes need it.
        enough: photos of a class that are chosen in any case; of a class that has fewer, all are.
        rng: chooses among a class's photos.
    """
    if len(targets) <= most:
        return np.ones(len(targets), bool)
    chosen = np.zeros(len(targets), bool)
    for code in np.unique(targets):
        rows = np.flatnonzero(targets == code)
        wanted = max(round(len(rows) * most / len(targets)), min(len(rows), enough))
        chosen[rng.choice(rows, wanted, replace=False)] = True
    return chosen
