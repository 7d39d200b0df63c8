"""Photos embedded by a Ray cluster: the same vectors as here, whatever happens to its machines."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from indexer.corpus import ray_embedding
from indexer.corpus.embedding import embed_missing
from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from indexer.corpus.ray_embedding import embed_on_cluster
from indexer.errors import ClusterError
from search.index.manifest import file_checksum
from search.model.bundle import Bundle


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """40 different photos, one file that is none, and one that isn't there."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for number in range(40):
        pixels = rng.integers(0, 256, (8, 6, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((240, 320)).save(folder / f"{number}.jpg")
    (folder / "none.jpg").write_bytes(b"no photo")
    found = {file_checksum(path): path for path in sorted(folder.iterdir())}
    return found | {"0" * 64: folder / "gone.jpg"}


@pytest.fixture
def local_ray(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ray, listening on this machine alone."""
    ray = pytest.importorskip("ray", reason="Ray isn't installed (pip install 'vitrina[ray]')")
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    return ray


@pytest.fixture
def two_machines(local_ray: Any) -> Iterator[Any]:
    """A cluster of two nodes, each a process of its own with one processor."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    yield cluster
    local_ray.shutdown()
    cluster.shutdown()


class LosingCache(EmbeddingCache):
    """Once the first photos are embedded, a machine is lost."""

    cluster: Any = None

    def store(self, embeddings: Sequence[tuple[str, PhotoEmbedding]]) -> None:
        super().store(embeddings)
        if embeddings and self.cluster is not None:
            lost, self.cluster = self.cluster, None
            lost.remove_node(next(iter(lost.worker_nodes)), allow_graceful=False)


@pytest.mark.slow
def test_a_lost_machine_costs_nothing_but_time(
    photos: dict[str, Path], bundle: Bundle, tmp_path: Path, two_machines: Any
) -> None:
    """All photos arrive, with the vectors of one machine and the reasons of one machine."""
    with EmbeddingCache(tmp_path / "here", bundle.hash, bundle.dim) as cache:
        here = embed_missing(photos, bundle, cache, progress=False)
        wanted = cache.load(photos)
    losing = LosingCache(tmp_path / "there", bundle.hash, bundle.dim)
    losing.cluster = two_machines
    with losing:
        there = embed_missing(photos, bundle, losing, cluster=two_machines.address, progress=False)
        found = losing.load(photos)
    assert losing.cluster is None
    assert (there.embedded, there.unusable.keys()) == (40, here.unusable.keys())
    assert found.keys() == wanted.keys()
    for sha256, embedding in wanted.items():
        assert found[sha256].vector.tobytes() == embedding.vector.tobytes()
        assert found[sha256].seen == embedding.seen


def test_without_ray_the_error_says_how_to_install_it(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra that few need."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        EmbeddingCache(tmp_path, bundle.hash, bundle.dim) as cache,
        pytest.raises(ClusterError, match=r"vitrina\[ray\]"),
    ):
        embed_on_cluster({}, bundle, cache, address="local", progress=False)


@pytest.mark.parametrize(
    "address", ["", "somewhere", "host:", ":6379", "host:99999", "127.0.0.1:9", "ray://127.0.0.1:9"]
)
def test_an_address_without_a_cluster_is_refused_at_once(
    bundle: Bundle, tmp_path: Path, local_ray: Any, address: str
) -> None:
    """Garbled, or nothing listens there."""
    with EmbeddingCache(tmp_path, bundle.hash, bundle.dim) as cache, pytest.raises(ClusterError, match="Ray cluster"):
        embed_on_cluster({}, bundle, cache, address=address, progress=False)


def test_nothing_missing_needs_no_cluster(photos: dict[str, Path], bundle: Bundle, tmp_path: Path) -> None:
    """A build with everything in its cache doesn't even ask for one."""
    with EmbeddingCache(tmp_path, bundle.hash, bundle.dim) as cache:
        done = embed_missing({}, bundle, cache, cluster="nowhere.invalid:1", progress=False)
    assert (done.embedded, done.reused) == (0, 0)


class _OneProcessor:
    """What this work uses of Ray, done at once and on this thread."""

    exceptions = SimpleNamespace(WorkerCrashedError=(), NodeDiedError=(), ObjectLostError=(), RayError=())

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 1.0}

    def put(self, value: Any) -> Any:
        return value

    def get(self, value: Any) -> Any:
        return value()

    def wait(self, running: list[Any], timeout: float) -> tuple[list[Any], list[Any]]:
        return running[:1], running[1:]

    def remote(self, **_: Any) -> Any:
        return lambda function: SimpleNamespace(remote=lambda *arguments: partial(function, *arguments))


def test_photos_behind_many_that_are_gone_are_embedded(
    photos: dict[str, Path], bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a whole round of batches gone, as where a class was moved away, the work ended and said nothing."""
    monkeypatch.setattr(ray_embedding, "_connected", lambda address: nullcontext(_OneProcessor()))
    gone = {f"{number:064d}": tmp_path / f"{number}.jpg" for number in range(100)}
    there = dict(list(photos.items())[:3])
    with EmbeddingCache(tmp_path / "cache", bundle.hash, bundle.dim) as cache:
        unusable = embed_on_cluster(gone | there, bundle, cache, address="auto", progress=False)
        assert gone.keys() <= unusable.keys()
        assert cache.known(there) == there.keys() - unusable.keys()
