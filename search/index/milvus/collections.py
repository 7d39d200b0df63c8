"""The collections of a shop on a Milvus server: written with an index, opened with it, and removed with it.

An index's directory names its collection in ``milvus.json``, which is written before the collection is made, so that
what a killed build leaves behind can be found. Searches use a collection by its own name, since a process that still
has the products of the earlier index must not get the vectors of the next one. The shop's alias tells others what is
live.
"""

import json
import logging
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import DamagedSnapshotError, SearchError, StoreUnavailableError
from search.fields import FILTERED_FIELDS, FieldType
from search.index.milvus.connection import (
    CALL_SECONDS,
    WRITE_SECONDS,
    MilvusAddress,
    MilvusConnection,
    connect,
    load_pymilvus,
)
from search.index.milvus.expressions import PRODUCT_ID, ROW, VECTOR
from search.index.milvus.milvus_store import METRIC, MilvusStore, StoredRows
from search.index.recall import TrueNeighbours
from search.index.vector_store import ExpectedSearches, RowProducts

DESCRIPTION = "milvus.json"
PRODUCT_OF = "stored_products.npy"
EXACT_UP_TO = 100_000  # vectors; until here the server compares with every one
RECALL_WANTED = 0.99  # of the true nearest, measured when an approximate index is built
_RECALL_QUERIES, _RECALL_K = 64, 24
_EF_FROM, _EF_TO = 64, 1_024
_HNSW = {"M": 16, "efConstruction": 200}
_MESSAGE_BYTES = 4 << 20
_MOST_VALUES = 4_096  # of one product in a field of several values; the server takes no more
_LONGEST = 65_535  # bytes of a text; likewise
_WAIT_SECONDS = 0.2
_INDEX_SECONDS = 4 * 3600.0  # for the server to build an approximate index; 100,000 vectors take a minute or two
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Place:
    """Where an index's vectors are."""

    address: MilvusAddress
    collection: str

    @property
    def connection(self) -> MilvusConnection:
        return connect(self.address.uri)

    def save(self, directory: Path) -> None:
        fields = {"uri": self.address.uri, "shop": self.address.shop, "collection": self.collection}
        (directory / DESCRIPTION).write_text(json.dumps(fields, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> "_Place":
        try:
            fields = json.loads((directory / DESCRIPTION).read_text(encoding="utf-8"))
            return cls(MilvusAddress(fields["uri"], fields["shop"]), fields["collection"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DamagedSnapshotError(
                f"{DESCRIPTION} of the index {directory.name} can't be read ({error})."
            ) from error


def check_server(address: str) -> None:
    """Ask whether a server is there; raises StoreUnavailableError or UnknownStoreError with the reason."""
    connect(MilvusAddress.parse(address).uri).call(lambda client: client.get_server_version(timeout=CALL_SECONDS))


def write_collection(
    address: str,
    vectors: np.ndarray,
    directory: Path,
    products: RowProducts | None,
    expected: ExpectedSearches | None = None,
    *,
    exact_up_to: int = EXACT_UP_TO,
) -> MilvusStore:
    """A new collection with the vectors of an index, loaded and complete.

    Args:
        address: as in VITRINA_VECTOR_STORE.
        vectors: (N, D) float32.
        directory: of the index, which then names the collection.
        products: what filters go by; None: the collection can be filtered by rows alone.
        expected: searches that the number of candidates is chosen for; None: stored vectors are searched for.
        exact_up_to: the largest N that is compared in full.

    Raises:
        StoreUnavailableError, UnknownStoreError: the server doesn't take it. ValueError: unusable vectors.
    """
    if vectors.ndim != 2 or vectors.dtype != np.float32 or not len(vectors) or not np.isfinite(vectors).all():
        raise ValueError(
            f"Vectors of shape {vectors.shape} and type {vectors.dtype} came; "
            "finite ones, (N >= 1, D) float32, are needed."
        )
    parsed = MilvusAddress.parse(address)
    place = _Place(parsed, f"{parsed.shop}_{uuid.uuid4().hex[:16]}")
    place.save(directory)
    product_of = np.arange(len(vectors)) if products is None else np.asarray(products.product_of)
    np.save(directory / PRODUCT_OF, product_of.astype(np.int32))
    name, connection, exact = place.collection, place.connection, len(vectors) <= exact_up_to
    schema = _schema(vectors.shape[1], products)
    connection.call(lambda client: client.create_collection(name, schema=schema, timeout=WRITE_SECONDS))
    for entities in _batches(vectors, products):
        connection.call(partial(_insert, name, entities))
    connection.call(lambda client: client.flush(name, timeout=WRITE_SECONDS))
    connection.call(lambda client: client.create_index(name, _index(client, exact=exact), timeout=WRITE_SECONDS))
    _wait_for_index(place)
    _load(place)
    rows = StoredRows(name, product_of, vectors.shape[1], 0 if exact else _EF_FROM, 1.0 if exact else None)
    store = MilvusStore(connection, rows)
    store.check()
    return store if exact else _tuned(store, vectors, expected)


def open_collection(directory: Path, probes: int) -> MilvusStore:
    """The collection that an index names, loaded.

    Raises:
        StoreUnavailableError: the server can't be reached, or hasn't all vectors yet. DamagedSnapshotError: it has no
        such collection, or the index doesn't name one.
    """
    place = _Place.load(directory)
    product_of = np.load(directory / PRODUCT_OF, mmap_mode="r")
    if not place.connection.call(lambda client: client.has_collection(place.collection, timeout=CALL_SECONDS)):
        raise DamagedSnapshotError(
            f"The vector store has no collection {place.collection}. Run `make index` (python -m indexer build)."
        )
    described = place.connection.call(lambda client: client.describe_collection(place.collection, timeout=CALL_SECONDS))
    dim = next(int(one["params"]["dim"]) for one in described["fields"] if one["name"] == VECTOR)
    _load(place)
    store = MilvusStore(place.connection, StoredRows(place.collection, product_of, dim, probes))
    store.check()
    return store


def publish_collection(directory: Path) -> None:
    """Point the shop's alias at an index's collection; raises StoreUnavailableError."""
    place = _Place.load(directory)
    shop, name = place.address.shop, place.collection

    def move(client: Any) -> None:
        known = client.list_aliases(collection_name="", timeout=CALL_SECONDS).get("aliases", [])
        move_alias = client.alter_alias if shop in known else client.create_alias
        move_alias(collection_name=name, alias=shop, timeout=CALL_SECONDS)

    place.connection.call(move)


def release_collection(directory: Path) -> None:
    """Take an index's collection out of the server's memory; whoever opens the index loads it again."""
    place = _Place.load(directory)
    _try(place, "released", lambda client: client.release_collection(place.collection, timeout=CALL_SECONDS))


def remove_collection(directory: Path) -> None:
    """Drop an index's collection; where the server can't be reached, the log names what stays behind."""
    place = _Place.load(directory)

    def drop(client: Any) -> None:
        if client.has_collection(place.collection, timeout=CALL_SECONDS):
            client.drop_collection(place.collection, timeout=WRITE_SECONDS)

    _try(place, "removed", drop)


def _try(place: _Place, done: str, function: Any) -> None:
    try:
        place.connection.call(function)
    except SearchError as error:
        _log.warning("The collection %s wasn't %s: %s", place.collection, done, error)


def _load(place: _Place) -> None:
    """Have the server load a collection; one that is loaded already costs nothing."""
    found = place.connection.call(lambda client: client.get_load_state(place.collection, timeout=CALL_SECONDS))
    state = found["state"]
    if getattr(state, "name", str(state)) != "Loaded":
        place.connection.call(lambda client: client.load_collection(place.collection, timeout=WRITE_SECONDS))


def _schema(dim: int, products: RowProducts | None) -> Any:
    pymilvus = load_pymilvus()
    kinds = pymilvus.DataType
    schema = pymilvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ROW, kinds.INT64, is_primary=True)
    schema.add_field(VECTOR, kinds.FLOAT_VECTOR, dim=dim)
    if products is None:
        return schema
    schema.add_field(PRODUCT_ID, kinds.VARCHAR, max_length=_LONGEST)
    for one in FILTERED_FIELDS:
        if one.type is FieldType.TEXTS:
            schema.add_field(
                one.name, kinds.ARRAY, element_type=kinds.VARCHAR, max_capacity=_MOST_VALUES, max_length=_LONGEST
            )
        elif one.type is FieldType.TEXT:
            schema.add_field(one.name, kinds.VARCHAR, max_length=_LONGEST)
        else:
            schema.add_field(one.name, kinds.INT64 if one.type is FieldType.AMOUNT else kinds.BOOL)
    return schema


def _batches(vectors: np.ndarray, products: RowProducts | None) -> Iterator[list[dict[str, Any]]]:
    """The rows as the client takes them, so many at a time as one message may hold."""
    step = max(1, min(2_000, _MESSAGE_BYTES // (4 * vectors.shape[1] + 1_024)))
    for start in range(0, len(vectors), step):
        yield [
            {ROW: row, VECTOR: vectors[row]} | ({} if products is None else _stored_fields(products, row))
            for row in range(start, min(start + step, len(vectors)))
        ]


def _stored_fields(products: RowProducts, row: int) -> dict[str, Any]:
    """What filters go by, for one row; the server knows no empty values."""
    position = int(products.product_of[row])
    found: dict[str, Any] = {PRODUCT_ID: products.columns["product_id"][position]}
    for one in FILTERED_FIELDS:
        value = products.columns[one.name][position]
        if one.type is FieldType.TEXTS:
            found[one.name] = list(value or ())[:_MOST_VALUES]
        elif one.type is FieldType.TEXT:
            found[one.name] = value or ""
        elif one.type is FieldType.AMOUNT:
            found[one.name] = -1 if value is None else int(value)
        else:
            found[one.name] = value is not False
    return found


def _insert(name: str, entities: list[dict[str, Any]], client: Any) -> None:
    client.insert(name, entities, timeout=WRITE_SECONDS)


def _index(client: Any, *, exact: bool) -> Any:
    wanted = client.prepare_index_params()
    if exact:
        wanted.add_index(VECTOR, index_type="FLAT", metric_type=METRIC, index_name=VECTOR)
    else:
        wanted.add_index(VECTOR, index_type="HNSW", metric_type=METRIC, index_name=VECTOR, params=_HNSW)
    return wanted


def _wait_for_index(place: _Place) -> None:
    deadline = time.monotonic() + _INDEX_SECONDS
    while True:
        state = place.connection.call(
            lambda client: client.describe_index(place.collection, VECTOR, timeout=WRITE_SECONDS)
        )
        if not state.get("pending_index_rows") and state.get("state") == "Finished":
            return
        if time.monotonic() > deadline or state.get("state") == "Failed":
            raise StoreUnavailableError("The vector store doesn't come to an end with its index.")
        time.sleep(_WAIT_SECONDS)


def _tuned(store: MilvusStore, vectors: np.ndarray, expected: ExpectedSearches | None) -> MilvusStore:
    """The store with the fewest candidates (doubled from the least) that find RECALL_WANTED of the true neighbours."""
    rng = np.random.default_rng(1)
    queries = vectors[rng.choice(len(vectors), min(len(vectors), _RECALL_QUERIES), replace=False)]
    if expected is not None:
        queries = expected.queries
    true = TrueNeighbours(vectors, queries, _RECALL_K)
    ef = _EF_FROM
    while True:
        tried = store.with_probes(ef)
        recall = true.recall([tried.search(query, true.k)[0] for query in queries])
        if recall >= RECALL_WANTED or ef >= _EF_TO:
            return store.with_probes(ef, recall)
        ef *= 2
