"""The vector store on a Milvus server: a collection that was loaded whole when the index was built, and never changes.

A server that is coming back may answer from a part of its vectors, without a word. So what it holds is counted once a
second, and before each search after any trouble; and an answer that is shorter than it must be is completed or refused.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from search.errors import StoreUnavailableError
from search.index.milvus.connection import CALL_SECONDS, MilvusConnection
from search.index.milvus.expressions import ROW, VECTOR, both, express, express_block, express_rows
from search.index.segmented_store import SegmentedStore
from search.index.vector_store import ProductFilter

METRIC = "IP"
MOST_ROWS = 16_384  # of one answer; the server gives no more
_ANSWER_BYTES = 16 << 20  # of one answer with vectors, well below what a message may hold
_MOST_NAMED = 2_000  # rows that are worth naming one by one: the server reads some 40,000 a second
_MOST_COMPLETED = 4_096  # rows that a short answer may lack and still be completed from their vectors
_WIDENING = 4
_COUNT_EVERY_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class StoredRows:
    """What a collection holds.

    Attributes:
        product_of: (N,) int, the position of each row's product when the collection was written.
        dim: how long each vector is.
        probes: how many candidates a search of the approximate index keeps; 0 if every search is exact.
    """

    collection: str
    product_of: np.ndarray
    dim: int
    probes: int
    recall: float | None = None


class MilvusStore:
    """The vectors of one collection.

    Args:
        connection: to its server.
        stored: what it holds.
    """

    def __init__(self, connection: MilvusConnection, stored: StoredRows) -> None:
        self._connection = connection
        self._stored = stored
        self._counting = threading.Lock()
        self._whole = False  # whether all rows were there when they were last counted
        self._counted_at = 0.0

    def with_probes(self, probes: int, recall: float | None = None) -> "MilvusStore":
        """The same collection, searched with so many candidates, which find this share of the true nearest."""
        return MilvusStore(self._connection, replace(self._stored, probes=probes, recall=recall))

    @property
    def collection(self) -> str:
        """Its name on the server."""
        return self._stored.collection

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return len(self._stored.product_of)

    @property
    def dim(self) -> int:
        """How long each is."""
        return self._stored.dim

    @property
    def probes(self) -> int:
        """How many candidates a search keeps; 0 means that every vector is compared."""
        return self._stored.probes

    @property
    def estimates(self) -> bool:
        """False: all scores are exact."""
        return False

    @property
    def recall(self) -> float | None:
        """Share of the true nearest that searches found when the collection was written; None: it was only opened."""
        return self._stored.recall

    def search(
        self,
        query: np.ndarray,
        k: int,
        only: ProductFilter | None = None,
        *,
        effort: float = 1.0,
        exact: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best rows for a query; see ``VectorStore.search``.

        Raises:
            ValueError: a query of another length or not finite, k below 1, or a filter over another number of rows.
            StoreUnavailableError: the server can't be reached, or doesn't have all vectors at hand yet.
        """
        query = np.ascontiguousarray(query, np.float32)
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"A query of shape {query.shape} came; {self.dim} finite numbers are needed.")
        if k < 1:
            raise ValueError(f"k={k} came; at least 1 is needed.")
        if only is not None and only.rows.shape != (self.count,):
            raise ValueError(f"A filter over {only.rows.shape} rows came; the index has {self.count}.")
        wanted = min(k, self.count if only is None else only.count)
        if not wanted:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        self._check_now_and_then()
        rows, scores = self._search_widely(query, wanted, only)
        if len(rows) < wanted:
            rows, scores = self._complete(query, rows, scores, only)
        return rows[:wanted], scores[:wanted]

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """The stored vectors of some rows, (R, D) float32, in the order of ``rows`` (R,).

        Raises:
            StoreUnavailableError: the server can't be reached, or lacks some of them.
        """
        distinct, places = np.unique(np.asarray(rows, np.int64), return_inverse=True)
        found = np.full((len(distinct), self.dim), np.nan, np.float32)
        step = max(1, min(MOST_ROWS, _ANSWER_BYTES // (4 * self.dim)))
        for start in range(0, len(distinct), step):
            part = distinct[start : start + step].tolist()
            for entity in self._call("get", ids=part, output_fields=[ROW, VECTOR]):
                found[np.searchsorted(distinct, entity[ROW])] = entity[VECTOR]
        if np.isnan(found[:, :1]).any():
            raise self._incomplete()
        return found[places.reshape(-1)]

    def changed(self, added: np.ndarray, removed: np.ndarray) -> SegmentedStore:
        """The same rows with more beside them in memory, and without some; see ``VectorStore.changed``."""
        return SegmentedStore(self, added, removed)

    def check(self) -> None:
        """Count the rows that the server has at hand.

        Raises:
            StoreUnavailableError: it can't be reached, or some are missing.
        """
        counted = int(self._call("query", filter="", output_fields=["count(*)"])[0]["count(*)"])
        if counted != self.count:
            raise self._incomplete()
        self._whole, self._counted_at = True, time.monotonic()

    def _check_now_and_then(self) -> None:
        if not self._whole:
            self.check()
        elif time.monotonic() - self._counted_at > _COUNT_EVERY_SECONDS and self._counting.acquire(blocking=False):
            try:
                self.check()
            finally:
                self._counting.release()

    def _search_widely(
        self, query: np.ndarray, wanted: int, only: ProductFilter | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The best allowed rows, from as wide a search as it takes."""
        expression = "" if only is None else self._express(only)
        # Of the candidates that a search keeps, a filter lets a share through; the others count as if there were fewer.
        kept = self.probes if only is None else int(self.probes * min(_WIDENING, self.count / only.count))
        k = wanted
        while k <= MOST_ROWS:
            rows, scores = self._ask(query, k, expression, kept)
            allowed = np.ones(len(rows), bool) if only is None else only.rows[rows]
            if allowed.sum() >= wanted or len(rows) < k:
                return rows[allowed], scores[allowed]
            if k == MOST_ROWS:
                break
            k = min(MOST_ROWS, _WIDENING * k)
        return self._search_blocks(query, only, expression)

    def _search_blocks(
        self, query: np.ndarray, only: ProductFilter | None, expression: str
    ) -> tuple[np.ndarray, np.ndarray]:
        """All allowed rows, best first, from searches that each return a whole block."""
        found = [
            self._ask(query, MOST_ROWS, both(expression, express_block(start, start + MOST_ROWS)))
            for start in range(0, self.count, MOST_ROWS)
        ]
        rows, scores = np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])
        if only is not None:
            rows, scores = rows[only.rows[rows]], scores[only.rows[rows]]
        best = np.argsort(-scores, kind="stable")
        return rows[best], scores[best]

    def _complete(
        self, query: np.ndarray, rows: np.ndarray, scores: np.ndarray, only: ProductFilter | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """A short answer with the rows that the approximate index, or a server that is coming back, left out."""
        allowed = np.ones(self.count, bool) if only is None else only.rows.copy()
        allowed[rows] = False
        missing = np.flatnonzero(allowed)
        if len(missing) > _MOST_COMPLETED:
            raise self._incomplete()
        rows = np.concatenate([rows, missing])
        scores = np.concatenate([scores, self.vectors(missing) @ query])
        best = np.argsort(-scores, kind="stable")
        return rows[best], scores[best]

    def _express(self, only: ProductFilter) -> str:
        """The filter in the server's language; what it lets through too much is dropped by the mask."""
        if only.conditions is not None:
            words = express(only.conditions)
            moved = np.flatnonzero((only.product_of != self._stored.product_of) & only.rows)
            return f"({words}) or {express_rows(moved)}" if words and len(moved) else words
        if only.count <= _MOST_NAMED:
            return express_rows(np.flatnonzero(only.rows))
        if self.count - only.count <= _MOST_NAMED:
            return f"not ({express_rows(np.flatnonzero(~only.rows))})"
        return ""

    def _ask(self, query: np.ndarray, k: int, expression: str, kept: int = 0) -> tuple[np.ndarray, np.ndarray]:
        parameters = {"ef": max(kept, k)} if self.probes else {}
        hits = self._call(
            "search",
            data=[query],
            limit=k,
            filter=expression,
            output_fields=[],
            anns_field=VECTOR,
            search_params={"metric_type": METRIC, "params": parameters},
        )[0]
        rows = np.fromiter((hit["id"] if "id" in hit else hit[ROW] for hit in hits), np.int64, len(hits))
        return rows, np.fromiter((hit["distance"] for hit in hits), np.float32, len(hits))

    def _call(self, method: str, **arguments: Any) -> Sequence[Any]:
        """What the server answers; after a failure it counts as incomplete until it was counted."""
        arguments |= {"collection_name": self._stored.collection, "timeout": CALL_SECONDS}
        try:
            return self._connection.call(lambda client: getattr(client, method)(**arguments))
        except StoreUnavailableError:
            self._whole = False
            raise

    def _incomplete(self) -> StoreUnavailableError:
        self._whole = False
        return StoreUnavailableError(
            "The vector store doesn't have all vectors of the index at hand. After a restart they come back within a "
            "minute or two; if they don't, run `make index`."
        )
