"""How many rows a ranking searches for, at first and where these were too few; how many of them are counted exactly."""

import numpy as np

MOST_ROWS = 65_536  # beyond it a page costs more than a perfect order is worth
EXACT_OF_COUNTED = 256  # rows with exact scores where close matches are counted by estimates; the same for each page
_ROWS_OF_CARD = 8  # photos of a product and its variants, in most shops at most
MOST_COUNTED_EXACTLY = EXACT_OF_COUNTED // _ROWS_OF_CARD  # close matches; a larger number of them is an estimate then
_FIRST_ROWS = 256  # rows searched at first, at least; enough for a page of most shops
# The same where close matches are counted in an approximate index, in whose large catalogues most photos have thousands
# of them: visiting its lists once and keeping more costs less than visiting them twice, above all by estimates.
_FIRST_ROWS_COUNTED, _FIRST_ROWS_ESTIMATED = 4_096, 8_192
_WIDENING = 4  # how many times as many rows are searched where nothing tells how many it takes
_MOST_WIDENING = 16


def first_rows(wanted: int, *, counted: bool, estimated: bool) -> int:
    """How many rows are searched at first.

    Args:
        wanted: cards.
        counted: whether close matches are counted in an approximate index.
        estimated: whether they are by estimates.
    """
    least = _FIRST_ROWS_ESTIMATED if estimated else _FIRST_ROWS_COUNTED if counted else _FIRST_ROWS
    return max(least, _ROWS_OF_CARD * wanted)


def widen(scores: np.ndarray, down_to: float) -> int:
    """How many rows probably reach down to a score.

    Args:
        scores: (K,) of the best rows, best first, all above it.
        down_to: the score; infinite: unknown.
    """
    if not np.isfinite(down_to):
        return _WIDENING * len(scores)
    # Twice as many rows have reached so far down; from one doubling to the next the step grows rather than shrinks.
    step = float(scores[(len(scores) - 1) // 2] - scores[-1])
    doublings = (float(scores[-1]) - down_to) / max(step, 1e-9)
    return int(len(scores) * min(max(2.0 ** min(doublings, 10.0) * 1.2, 2.0), _MOST_WIDENING))
