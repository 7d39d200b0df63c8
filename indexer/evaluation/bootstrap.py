"""An interval for the macro F1, which no formula gives: what it would have been with other products."""

import numpy as np

DRAWS = 1000
_FEWEST_DRAWS = 200
_WORK = 10**8  # photos counted in all draws together, above which there are fewer draws


def macro_f1_interval(
    targets: np.ndarray, predicted: np.ndarray, groups: np.ndarray, *, seed: int = 0
) -> tuple[float, float]:
    """The 95% interval of the macro F1 by drawing whole groups with replacement.

    Source: Efron, "Bootstrap methods: another look at the jackknife" (1979), the percentile interval. Groups are drawn
    and not photos, since the photos of one product are right or wrong together.

    Args:
        targets: (N,) int, each photo's true label; N >= 1.
        predicted: (N,) int.
        groups: (N,) int, equal for photos that belong together.
        seed: of the draws.
    """
    _, group_of = np.unique(groups, return_inverse=True)
    classes = int(max(targets.max(), predicted.max())) + 1
    cells, cell_of = np.unique(targets.astype(np.int64) * classes + predicted, return_inverse=True)
    actual_of, predicted_of = np.divmod(cells, classes)
    rng = np.random.default_rng(seed)
    count = int(group_of.max()) + 1
    values = np.empty(max(_FEWEST_DRAWS, min(DRAWS, _WORK // len(targets))))
    for draw in range(len(values)):
        times_drawn = np.bincount(rng.integers(0, count, count), minlength=count)
        photos = np.bincount(cell_of, times_drawn[group_of], len(cells))
        values[draw] = _macro_f1(actual_of, predicted_of, photos, classes)
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def _macro_f1(actual: np.ndarray, predicted: np.ndarray, photos: np.ndarray, classes: int) -> float:
    """From the filled cells of a confusion matrix; over the classes that have photos."""
    hits = np.where(actual == predicted, photos, 0)
    right = np.bincount(actual, hits, classes)
    support = np.bincount(actual, photos, classes)
    times_predicted = np.bincount(predicted, photos, classes)
    there = support > 0
    return float((2 * right[there] / (support + times_predicted)[there]).mean())
