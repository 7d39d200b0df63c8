"""The table of what goes with what: one line a category, its companions by how often they are offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext

from catalog.curation.compatibility import CategoryPair

# The least weight of each column, most often first; a weight between two choices of the form goes to the nearer one.
COLUMNS = (
    (0.75, lazy_gettext("Often")),
    (0.375, lazy_gettext("Sometimes")),
    (0.0, lazy_gettext("Seldom")),
)
NEVER = lazy_gettext("Never")


@dataclass
class PairRow:
    """A category and what is offered beside it."""

    category: str
    kind: str | None  # its supercategory; None without an index
    columns: tuple[list[CategoryPair], ...] = field(default_factory=lambda: tuple([] for _ in COLUMNS))
    never: list[CategoryPair] = field(default_factory=list)
    by_kind: int = 0  # categories of other kinds for which nothing was learned or chosen

    @property
    def cells(self) -> tuple[list[CategoryPair], ...]:
        """The table's cells: the columns, and at last what is never offered."""
        return (*self.columns, self.never)

    @property
    def decided(self) -> bool:
        """Whether anything was learned or chosen."""
        return bool(self.never) or any(self.columns)


def tabulate_pairs(
    categories: Sequence[str],
    pairs: Mapping[tuple[str, str], CategoryPair],
    supercategories: Mapping[str, str],
) -> list[PairRow]:
    """A row for each category; within a cell the heaviest pair comes first.

    Args:
        categories: the rows, and the categories that can be offered.
        pairs: what is known, by (category, other).
        supercategories: the kind of each category; empty without an index.
    """
    rows = []
    for category in categories:
        row = PairRow(category, supercategories.get(category))
        for other in categories:
            pair = pairs.get((category, other))
            if pair is None or pair.weight is None:
                row.by_kind += supercategories.get(other, other) != supercategories.get(category, category)
            else:
                _place(row, pair, pair.weight)
        for cell in row.cells:
            cell.sort(key=lambda one: (-(one.weight or 0), one.other))
        rows.append(row)
    return rows


def _place(row: PairRow, pair: CategoryPair, weight: float) -> None:
    if weight <= 0:
        row.never.append(pair)
        return
    for cell, (least, _) in zip(row.columns, COLUMNS, strict=True):
        if weight >= least:
            cell.append(pair)
            return
