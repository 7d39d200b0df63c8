"""Which products are variants of one another."""

from collections.abc import Sequence

import numpy as np

from search.index.product_columns import ProductColumns


class VariantGroups:
    """The products of each group; never changes, so threads may share it."""

    def __init__(self, columns: ProductColumns, base: "VariantGroups | None" = None) -> None:
        """``base``: the groups of the index that ``columns`` are the changed columns of."""
        self._columns = columns
        if base is None:
            self._order = np.argsort(columns.group, kind="stable").astype(np.int32)
            self._sorted = columns.group[self._order]
        else:
            self._order, self._sorted = base._order, base._sorted
        self._later = columns.group[len(self._order) :]

    def members(self, group: int) -> np.ndarray:
        """The positions of the products that the catalogue still has in a group, ascending."""
        return self.members_of([group])[0]

    def members_of(self, groups: Sequence[int] | np.ndarray) -> list[np.ndarray]:
        """The same of each of several groups."""
        starts, ends = (np.searchsorted(self._sorted, groups, side).tolist() for side in ("left", "right"))
        found = [self._order[start:end] for start, end in zip(starts, ends, strict=True)]
        if len(self._later):
            later = [len(self._order) + np.flatnonzero(self._later == group) for group in groups]
            found = [np.concatenate(both) for both in zip(found, later, strict=True)]
        alive = self._columns.alive
        return found if alive is None else [members[alive[members]] for members in found]
