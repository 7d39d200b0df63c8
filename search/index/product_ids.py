"""The ids of an index's products in few bytes: a million of them as Python's texts take a tenth of a gigabyte.

What a search touches of them, the ids of the products that it shows, is made into texts when it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_BATCH = 50_000  # ids that are texts at a time


class ProductIds(Sequence[str]):
    """Ids by position; never changes, so threads may share it.

    Args:
        ids: none of them null.
    """

    def __init__(self, ids: pa.ChunkedArray) -> None:
        combined = ids.cast(pa.large_string()).combine_chunks()
        _, offsets, texts = combined.buffers()
        self._ends = np.frombuffer(offsets, np.int64)[combined.offset :] if offsets else np.zeros(1, np.int64)
        self._texts = memoryview(texts) if texts else memoryview(b"")
        self._count = len(combined)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(self._count))]
        place = int(position) + (self._count if position < 0 else 0)
        if not 0 <= place < self._count:
            raise IndexError(position)
        return str(self._texts[self._ends[place] : self._ends[place + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        for place in range(self._count):
            yield self[place]


class IdPositions(Mapping[str, int]):
    """Id -> position, found by the ids' hashes in order; never changes, so threads may share it.

    Of an id that comes twice the last position counts, as in a dictionary that is filled in their order.
    """

    def __init__(self, ids: ProductIds) -> None:
        self._ids = ids
        hashes = np.empty(len(ids), np.int64)
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            hashes[start : start + len(batch)] = np.fromiter(map(hash, batch), np.int64, len(batch))
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._positions = order.astype(np.int32)

    def __getitem__(self, product_id: str) -> int:
        wanted = hash(product_id)
        place = int(self._hashes.searchsorted(wanted, "right")) - 1
        while place >= 0 and self._hashes[place] == wanted:
            position = int(self._positions[place])
            if self._ids[position] == product_id:
                return position
            place -= 1
        raise KeyError(product_id)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)
