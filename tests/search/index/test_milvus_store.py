"""What is Milvus's own: outages, what a server lacks, the alias, large answers, and addresses."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from search.engine import SearchEngine
from search.errors import DamagedSnapshotError, StoreUnavailableError, UnknownStoreError
from search.index.milvus import collections, connection, milvus_store
from search.index.milvus.collections import (
    _tuned,
    open_collection,
    publish_collection,
    remove_collection,
    write_collection,
)
from search.index.milvus.connection import MilvusAddress, connect
from search.index.snapshot import Snapshot, write_snapshot
from search.index.stores import check_store, write_store
from search.index.vector_store import ExpectedSearches, ProductFilter
from search.model.bundle import Bundle
from search.query import Filters
from tests.milvus_server import MilvusServer
from tests.search.handmade import HandEmbedder, make_content
from tests.search.index.stored_catalogue import best_rows, draw_catalogue

pytestmark = pytest.mark.xdist_group("milvus")
RECOVERY_SECONDS = 120.0


def ask(server: MilvusServer, function: Callable[[Any], Any]) -> Any:
    """Ask the server directly."""
    return connect(MilvusAddress.parse(server.address).uri).call(function)


@pytest.mark.slow
def test_an_outage_is_an_error_and_heals_by_itself(milvus_server: MilvusServer, tmp_path: Path) -> None:
    """From a crash to the first right answer each search is right or an error, never short."""
    catalogue = draw_catalogue(200)
    store = write_collection(milvus_server.address, catalogue.vectors, tmp_path, catalogue.products)
    query, only = catalogue.vectors[4], catalogue.filter(Filters(in_stock=True))
    right = best_rows(catalogue.vectors, query, 50, only.rows).tolist()
    milvus_server.kill()
    try:
        for call in (lambda: store.search(query, 50), lambda: store.vectors(np.array([1])), store.check):
            started = time.monotonic()
            with pytest.raises(StoreUnavailableError, match="doesn't answer"):
                call()
            assert time.monotonic() - started < 15
        with pytest.raises(StoreUnavailableError):
            open_collection(tmp_path, 0)
        with pytest.raises(StoreUnavailableError):
            check_store(milvus_server.address)
    finally:
        milvus_server.start()
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            rows, _ = store.search(query, 50, only)
        except StoreUnavailableError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            assert rows.tolist() == right
            break
    store.check()
    remove_collection(tmp_path)


@pytest.mark.slow
def test_a_server_that_hangs_is_an_error_in_time(
    milvus_server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It takes requests and answers none, which is no error of pymilvus's own; and no visitor waits for it long."""
    catalogue = draw_catalogue(50)
    store = write_collection(milvus_server.address, catalogue.vectors, tmp_path, catalogue.products)
    calls = (
        lambda: store.search(catalogue.vectors[4], 5),
        lambda: store.vectors(np.array([1])),
        store.check,
        lambda: open_collection(tmp_path, 0),
        lambda: publish_collection(tmp_path),
        lambda: check_store(milvus_server.address),
    )
    for module in (milvus_store, collections, connection):
        monkeypatch.setattr(module, "CALL_SECONDS", 0.5)
    milvus_server.pause()
    try:
        for call in calls:
            started = time.monotonic()
            with pytest.raises(StoreUnavailableError, match="doesn't answer"):
                call()
            assert time.monotonic() - started < 5
    finally:
        milvus_server.kill()  # what hung for seconds ends by itself, since others take its place
        milvus_server.start()
    assert "Deadline" in caplog.text
    assert "RPC that terminated" not in caplog.text


def test_what_grpc_says_is_an_outage_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client passes it on as it is where a server doesn't answer in time, or refuses an account."""
    rpc_error: type[Exception] = pytest.importorskip("grpc").RpcError
    late = type("LateError", (rpc_error,), {"details": lambda _: "Deadline Exceeded"})

    def never(client: object) -> None:
        raise late

    server = connection.MilvusConnection("http://127.0.0.1:1")
    monkeypatch.setattr(server, "_client", object())
    with pytest.raises(StoreUnavailableError, match="doesn't answer"):
        server.call(never)
    assert connection.describe(late()) == "Deadline Exceeded"


def test_a_server_that_lacks_vectors_gives_no_answer(milvus_server: MilvusServer, tmp_path: Path) -> None:
    """It would answer without a word about what is missing."""
    catalogue = draw_catalogue(150)
    store = write_collection(milvus_server.address, catalogue.vectors, tmp_path, catalogue.products)
    name = open_collection(tmp_path, 0).collection
    only = catalogue.filter(Filters(), hidden=frozenset(catalogue.columns.product_ids[20:]))
    assert len(store.search(catalogue.vectors[0], 500, only)[0]) == only.count
    ask(milvus_server, lambda client: client.delete(name, ids=[0, 1]))
    deadline = time.monotonic() + 10
    while True:  # the server shows a deletion a moment later
        try:
            assert len(store.search(catalogue.vectors[0], 500, only)[0]) == only.count
            assert time.monotonic() < deadline
        except StoreUnavailableError as error:
            assert "doesn't have all vectors" in str(error)  # noqa: PT017
            break
    for call in (store.check, lambda: store.vectors(np.array([0])), lambda: open_collection(tmp_path, 0)):
        with pytest.raises(StoreUnavailableError, match="doesn't have all vectors"):
            call()
    remove_collection(tmp_path)
    with pytest.raises(DamagedSnapshotError, match="has no collection"):
        open_collection(tmp_path, 0)


def test_the_alias_follows_the_live_index(milvus_server: MilvusServer, tmp_path: Path) -> None:
    """It is made with the first index, moved with the next, and a removed collection is gone."""
    catalogue = draw_catalogue(20)
    address = f"{milvus_server.address}/alias_shop"
    names = []
    for index in ("one", "two", "one"):
        directory = tmp_path / index
        if not directory.exists():
            directory.mkdir()
            write_collection(address, catalogue.vectors, directory, catalogue.products)
        publish_collection(directory)
        found = ask(milvus_server, lambda client: client.describe_alias(alias="alias_shop"))
        names.append(found["collection_name"])
        assert names[-1] == open_collection(directory, 0).collection
    assert names[0] == names[2] != names[1]
    remove_collection(tmp_path / "two")
    assert not ask(milvus_server, lambda client: client.has_collection(names[1]))
    assert ask(milvus_server, lambda client: client.has_collection("alias_shop"))


@pytest.mark.slow
def test_an_approximate_index_finds_nearly_everything(milvus_server: MilvusServer, tmp_path: Path) -> None:
    """Also under narrow filters, and for answers larger than the server gives at once."""
    catalogue = draw_catalogue(8_000)
    store = write_collection(milvus_server.address, catalogue.vectors, tmp_path, catalogue.products, exact_up_to=1_000)
    assert store.probes
    assert store.count > 17_000
    opened = open_collection(tmp_path, store.probes)
    for share in (1.0, 0.5, 0.05, 0.005):
        allowed = np.random.default_rng(3).random(len(catalogue.columns)) < share
        only = ProductFilter(allowed, catalogue.products.product_of)
        recalls = []
        for query in catalogue.vectors[::300]:  # the server draws its graph anew each time, and nine would be too few
            right = best_rows(catalogue.vectors, query, 24, only.rows)
            rows, _ = opened.search(query, 24, only)
            assert len(rows) == len(right)
            recalls.append(len(np.intersect1d(rows, right)) / len(right))
        assert np.mean(recalls) >= 0.98
    rows, scores = opened.search(catalogue.vectors[0], 17_000)
    assert len(set(rows.tolist())) == 17_000
    assert (np.diff(scores) <= 0).all()
    remove_collection(tmp_path)


def test_a_snapshot_keeps_its_vectors_there(
    milvus_server: MilvusServer, tmp_path: Path, bundle: Bundle, embedder: HandEmbedder
) -> None:
    """Its manifest names the server, and it opens as any other."""
    content = make_content()
    address = f"{milvus_server.address}/snapshot_shop"
    write_snapshot(tmp_path, content, bundle, snapshot_id="one", built_at="2026-01-31", store_address=address)
    snapshot = Snapshot.open(tmp_path, bundle, verify=True)
    assert snapshot.manifest.store == address
    assert snapshot.store.vectors(np.arange(3)) == pytest.approx(content.vectors[:3])
    assert not list(tmp_path.glob("*.faiss"))
    engine = SearchEngine(snapshot, embedder)  # type: ignore[arg-type]
    engine.check_store()
    by_faiss = tmp_path / "faiss"
    by_faiss.mkdir()
    write_snapshot(by_faiss, content, bundle, snapshot_id="one", built_at="2026-01-31")
    other = SearchEngine(Snapshot.open(by_faiss, bundle), embedder)  # type: ignore[arg-type]
    for product_id in content.products["product_id"]:
        for answer in (SearchEngine.goes_with, SearchEngine.similar):
            found, expected = answer(engine, product_id), answer(other, product_id)
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-4)
            assert {hit.product_id for hit in found} == {
                hit.product_id for hit in expected
            }  # equal scores in any order
    remove_collection(tmp_path)


def test_a_wrong_token_is_an_error(milvus_server: MilvusServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an outage, since the server's own message doesn't tell them apart."""
    connect.cache_clear()
    monkeypatch.setenv("VITRINA_MILVUS_TOKEN", "root:wrong")
    with pytest.raises(StoreUnavailableError):
        check_store(milvus_server.address)
    connect.cache_clear()


@pytest.mark.parametrize(
    ("address", "uri", "shop"),
    [
        ("milvus+http://host", "http://host:19530", "vitrina"),
        ("milvus+https://host:443/", "https://host:443", "vitrina"),
        ("milvus+http://[::1]:19530/my_shop", "http://[::1]:19530", "my_shop"),
    ],
)
def test_an_address_names_server_and_shop(address: str, uri: str, shop: str) -> None:
    """Port and shop may be left out."""
    assert MilvusAddress.parse(address) == MilvusAddress(uri, shop)


@pytest.mark.parametrize(
    "address",
    [
        "milvus+http:here",
        "milvus+http://",
        "milvus+http://host:port",
        "milvus+http://host/a-b",
        "milvus+http://host?x=1",
    ],
)
def test_an_unusable_address_says_what_is_needed(tmp_path: Path, address: str) -> None:
    """Before anything is written."""
    with pytest.raises(UnknownStoreError, match=r"VITRINA_VECTOR_STORE|is needed|may have letters"):
        write_store(address, np.eye(4, dtype=np.float32), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_password_never_gets_into_an_index(tmp_path: Path) -> None:
    """It belongs to another setting, and the refusal doesn't repeat it."""
    with pytest.raises(UnknownStoreError, match="VITRINA_MILVUS_TOKEN") as error:
        write_store("milvus+http://root:s3cret@host", np.eye(4, dtype=np.float32), tmp_path)
    assert "s3cret" not in str(error.value)


class _CandidatesStore:
    """A store in this process that misses neighbours as long as it keeps too few candidates."""

    def __init__(self, vectors: np.ndarray, probes: int = 0, recall: float | None = None) -> None:
        self.vectors, self.probes, self.recall = vectors, probes, recall

    def with_probes(self, probes: int, recall: float | None = None) -> "_CandidatesStore":
        return _CandidatesStore(self.vectors, probes, recall)

    def search(self, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        rows = np.argsort(-self.vectors @ query, kind="stable")[:k]
        return (rows if self.probes >= 256 else rows[: k // 2]).copy(), np.zeros(k)


def test_candidates_are_doubled_until_the_true_neighbours_are_found() -> None:
    """What is true is worked out in blocks, whatever the number of vectors."""
    vectors = np.random.default_rng(0).standard_normal((50_000, 8)).astype(np.float32)
    expected = ExpectedSearches(np.ones(8), vectors[:200] * 2)
    tracemalloc.start()
    try:
        tuned = _tuned(_CandidatesStore(vectors), vectors, expected)  # type: ignore[arg-type]
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tuned.probes, tuned.recall) == (256, 1.0)
    assert peak_bytes < 20e6, "all scores at once take 40 MB"
