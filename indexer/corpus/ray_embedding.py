"""Embedding a catalogue's photos on several machines, with Ray. What comes of it lands in the same cache.

Photos and the model travel as bytes, so the machines need no disk in common; each has this version of Vitrina with the
extra ``ray``. A batch whose machine is lost is done again on another one, and here where that goes on.
Ray: Moritz et al., "Ray: A Distributed Framework for Emerging AI Applications" (OSDI 2018).
"""

import os
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from tqdm import tqdm

from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from indexer.errors import ClusterError
from search.errors import PhotoError
from search.model.bundle import Bundle
from search.model.embedder import Embedder
from search.model.photo_embedding import embed_photo_file

LOCAL = "local"  # the address of a cluster that is started for this work, on this machine
_BATCH = 8  # photos: enough to make a journey worth it, few enough to lose
_AHEAD = 2  # batches in flight for each processor of the cluster
_RETRIES = 5  # of a batch whose machines are lost; then it is embedded here
_WAIT_SECONDS = 60.0  # without a batch coming back; then the cluster is asked whether it is still there
_CONNECT_SECONDS = 5.0

ModelFiles = dict[str, bytes]
Photo = tuple[str, bytes]  # sha256, content
Outcome = tuple[str, PhotoEmbedding | str]  # sha256, and its embedding or why there is none

_embedders: dict[str, Embedder] = {}  # by the model's hash, in the processes of a cluster


def embed_on_cluster(
    photos: Mapping[str, Path], bundle: Bundle, cache: EmbeddingCache, *, address: str, progress: bool = True
) -> dict[str, str]:
    """Put the embeddings of photos into the cache, computed by the machines of a Ray cluster.

    Args:
        photos: sha256 -> file, without those that the cache has already.
        bundle: the model, which needn't lie on the other machines.
        cache: filled batch by batch.
        address: of the cluster: ``host:port``, ``auto`` for the one that this machine belongs to, or ``LOCAL``.
        progress: show a bar with photos per second and the time left.

    Returns:
        sha256 -> reason, for photos that can't be opened any more.

    Raises:
        ClusterError: Ray isn't installed, or the cluster can't be reached or can't do the work.
    """
    unusable: dict[str, str] = {}
    with (
        _connected(address) as ray,
        tqdm(total=len(photos), unit="photo", desc="embedding", disable=not progress) as bar,
    ):
        for outcomes in _run(ray, photos, bundle):
            cache.store([(sha256, found) for sha256, found in outcomes if not isinstance(found, str)])
            unusable |= {sha256: found for sha256, found in outcomes if isinstance(found, str)}
            bar.update(len(outcomes))
    return unusable


def embed_batch(model_hash: str, model: ModelFiles, photos: list[Photo]) -> list[Outcome]:
    """Embed photos on whichever machine this runs; the network is loaded once a process."""
    if model_hash not in _embedders:
        _embedders[model_hash] = _open_embedder(model_hash, model)
    return [_embed_one(_embedders[model_hash], *photo) for photo in photos]


def _open_embedder(model_hash: str, model: ModelFiles) -> Embedder:
    with tempfile.TemporaryDirectory(prefix="vitrina-model-") as folder:
        for name, content in model.items():
            (Path(folder) / name).write_bytes(content)
        bundle = Bundle.open(Path(folder))
        if bundle.hash != model_hash:
            raise RuntimeError(
                f"The model {model_hash} arrived as {bundle.hash}: another version of Vitrina runs here."
            )
        return Embedder(bundle)


def _embed_one(embedder: Embedder, sha256: str, content: bytes) -> Outcome:
    try:
        return sha256, embed_photo_file(embedder, content)
    except PhotoError as error:
        return sha256, str(error)


def _run(ray: ModuleType, photos: Mapping[str, Path], bundle: Bundle) -> Iterator[list[Outcome]]:
    """The outcomes of batches as they come, never with more photos in memory than a few batches for each processor."""
    remote = ray.remote(num_cpus=1, max_retries=_RETRIES)(embed_batch)
    model = ray.put(_read_model(bundle))
    waiting = _batches(photos.items())
    running: dict[Any, list[tuple[str, Path]]] = {}
    while True:
        batches = list(islice(waiting, max(0, _AHEAD * _processors(ray) - len(running))))
        for batch in batches:
            outcomes, contents = _read(batch)
            if outcomes:
                yield outcomes
            if contents:
                sent = {sha256 for sha256, _ in contents}
                running[remote.remote(bundle.hash, model, contents)] = [one for one in batch if one[0] in sent]
        if not running:
            if not batches:
                return
            continue  # none of their photos could be read; others may wait
        done, _ = ray.wait(list(running), timeout=_WAIT_SECONDS)
        for one in done:
            batch = running.pop(one)
            yield _take(ray, one, batch, bundle)


def _take(ray: ModuleType, one: Any, batch: list[tuple[str, Path]], bundle: Bundle) -> list[Outcome]:
    """What came of one batch."""
    lost = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.ObjectLostError)
    try:
        found: list[Outcome] = ray.get(one)
    except lost:  # again and again: perhaps it is the photos, which then are this machine's business
        gone, contents = _read(batch)
        return gone + embed_batch(bundle.hash, _read_model(bundle), contents)
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None) or error
        raise ClusterError(
            f"The machines of the Ray cluster can't embed photos: {_first_line(cause)} "
            "Install this version of Vitrina with the extra ray on each of them; what was embedded is kept."
        ) from error
    return found


def _read_model(bundle: Bundle) -> ModelFiles:
    """The files that a bundle needs to embed, without the one that only training reads."""
    return {
        file.name: file.read_bytes() for file in bundle.path.iterdir() if file.is_file() and file.suffix != ".keras"
    }


def _read(batch: Iterable[tuple[str, Path]]) -> tuple[list[Outcome], list[Photo]]:
    """Outcomes for files that can't be read, and the contents of the others."""
    outcomes: list[Outcome] = []
    contents: list[Photo] = []
    for sha256, path in batch:
        try:
            contents.append((sha256, path.read_bytes()))
        except OSError as error:
            outcomes.append((sha256, f"{path.name} can't be read ({error.strerror})."))
    return outcomes, contents


def _batches(photos: Iterable[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    remaining = iter(photos)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _processors(ray: ModuleType) -> int:
    """How many processors the cluster has at the moment; raises ClusterError if it has none."""
    try:
        count = int(ray.cluster_resources().get("CPU", 0))
    except Exception as error:  # whatever Ray makes of a connection that is gone
        raise ClusterError(f"The Ray cluster doesn't answer any more ({_first_line(error)}).") from error
    if not count:
        raise ClusterError("The Ray cluster has no processors; what was embedded is kept.")
    return count


@contextmanager
def _connected(address: str) -> Iterator[ModuleType]:
    """Ray, connected to a cluster for the time of the block."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise ClusterError("Ray isn't installed. Install it: pip install 'vitrina[ray]'.") from error
    if address not in (LOCAL, "auto"):
        _check_reachable(address)
    options: dict[str, Any] = {"address": address, "logging_level": "ERROR", "log_to_driver": False}
    if address == LOCAL:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # listens on this machine alone
        options |= {"include_dashboard": False}
    try:
        ray.init(**options)
    except Exception as error:  # Ray has no one class for it
        raise ClusterError(
            f"No Ray cluster can be reached at {address!r} ({_first_line(error)}). Start one with `ray start --head`, "
            "join it from this machine, and name its address as host:port, or auto; or say local."
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _check_reachable(address: str) -> None:
    """Raise ClusterError at once where nothing listens; Ray itself tries for a minute."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ClusterError(f"The address {address!r} of a Ray cluster came; host:port, auto or local is needed.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise ClusterError(
            f"No Ray cluster can be reached at {address!r} ({error.strerror or error}). Does `ray start` run there?"
        ) from error


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
