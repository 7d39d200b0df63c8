"""The confusion matrix as it is shown: classes that are confused side by side, and not more than a page can hold."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

LIMIT = 80  # classes shown; of more, those with the most mistakes, and the rest as one
LEVELS = 7  # shades of a cell
OTHERS = -1  # stands for all classes that aren't shown


@dataclass(frozen=True)
class Cell:
    """Photos of one actual class with one prediction."""

    predicted: int  # code, or OTHERS
    photos: int
    level: int  # 0 (none) to LEVELS, by the share of the row


@dataclass(frozen=True)
class Row:
    """All photos of one actual class."""

    actual: int  # code, or OTHERS
    photos: int
    cells: list[Cell]


@dataclass(frozen=True)
class MatrixView:
    """What is drawn, row by row; columns have the rows' order."""

    rows: list[Row]
    hidden: int  # classes that are put together
    empty: int  # classes left away because no photo is of them or taken for them

    @property
    def codes(self) -> list[int]:
        """The classes in the order of rows and columns."""
        return [row.actual for row in self.rows]


def arrange_matrix(confusion: np.ndarray, limit: int = LIMIT) -> MatrixView:
    """Choose, order and shade.

    Args:
        confusion: (C, C) int, actual down, predicted across.
        limit: how many classes are shown one by one.
    """
    present = np.flatnonzero(confusion.sum(axis=0) + confusion.sum(axis=1))
    off = confusion - np.diag(np.diag(confusion))
    trouble = (off.sum(axis=0) + off.sum(axis=1))[present]
    chosen = np.sort(present[np.argsort(-trouble, kind="stable")[:limit]])
    chosen = chosen[_order_alike(confusion[np.ix_(chosen, chosen)])]
    hidden = np.setdiff1d(present, chosen)
    shown = confusion[np.ix_(chosen, chosen)]
    codes = chosen.tolist()
    if len(hidden):
        across = confusion[np.ix_(chosen, hidden)].sum(axis=1, keepdims=True)
        down = confusion[np.ix_(hidden, chosen)].sum(axis=0, keepdims=True)
        shown = np.block([[shown, across], [down, confusion[np.ix_(hidden, hidden)].sum()]])
        codes.append(OTHERS)
    totals = shown.sum(axis=1)
    levels = np.ceil(LEVELS * np.sqrt(shown / np.maximum(totals, 1)[:, None])).astype(int)
    rows = [
        Row(
            code,
            int(totals[place]),
            [
                Cell(codes[column], int(shown[place, column]), int(levels[place, column]))
                for column in range(len(codes))
            ],
        )
        for place, code in enumerate(codes)
    ]
    return MatrixView(rows, len(hidden), len(confusion) - len(present))


def _order_alike(confusion: np.ndarray) -> np.ndarray:
    """An order of the classes in which those that are taken for each other are neighbours.

    Optimal leaf ordering: Bar-Joseph et al., "Fast optimal leaf ordering for hierarchical clustering" (2001).
    """
    if len(confusion) < 3:
        return np.arange(len(confusion))
    shares = confusion / np.maximum(confusion.sum(axis=1), 1)[:, None]
    distances = 1 - np.clip((shares + shares.T) / 2, 0, 1)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average", optimal_ordering=True)
    return leaves_list(tree)
