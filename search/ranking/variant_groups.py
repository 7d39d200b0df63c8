"""Which products are variants of one another."""

import numpy as np

from search.index.product_columns import ProductColumns


class VariantGroups:
    """The products of each group; never changes, so threads may share it."""

    def __init__(self, columns: ProductColumns, base: "VariantGroups | None" = None) -> None:
        """``base``: the groups of the index that ``columns`` are the changed columns of."""
        self._columns = columns
        if base is None:
            self._order = np.argsort(columns.group, kind="stable")
            self._sorted = columns.group[self._order]
        else:
            self._order, self._sorted = base._order, base._sorted
        self._later = columns.group[len(self._order) :]

    def members(self, group: int) -> np.ndarray:
        """The positions of the products that the catalogue still has in a group, ascending."""
        start, end = np.searchsorted(self._sorted, [group, group + 1])
        members = np.concatenate([self._order[start:end], len(self._order) + np.flatnonzero(self._later == group)])
        return members if self._columns.alive is None else members[self._columns.alive[members]]
