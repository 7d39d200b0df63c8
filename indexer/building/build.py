"""Building the index: look, embed what is new, fit the categories, write a snapshot, check it, publish it."""

import csv
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from tqdm import tqdm

from catalog import Catalog
from catalog.settings import snapshots_kept
from indexer.building.category_fit import HeadStore, scale_parts
from indexer.building.match_grades import measure_similarity
from indexer.building.nearest_neighbours import measure_nearest
from indexer.building.shop_balance import learn_balance
from indexer.corpus.embedding import embed_photos
from indexer.corpus.embedding_cache import EmbeddingCache, PhotoEmbedding
from indexer.corpus.inventory import Inventory, Reject, take_inventory
from indexer.errors import BuildRunningError, EmptyCatalogError, StorageError
from indexer.progress import in_stage
from search.errors import IndexUnavailableError
from search.fields import FIELD_NAMES
from search.index.category_head import CategoryHead
from search.index.history import BUILD_LOCK
from search.index.manifest import MANIFEST, Manifest, read_manifest
from search.index.snapshot import (
    NEAREST,
    SIMILARITY,
    SPREADS,
    Snapshot,
    SnapshotContent,
    current_snapshot,
    publish_snapshot,
    write_snapshot,
)
from search.model.bundle import CATEGORY, COLOUR, GENDER, Bundle
from search.model.embedder import Embedder
from search.model.novelty import Assortment
from search.settings import vector_store

_PARTIAL = ".partial"  # suffix of a snapshot's directory while it is written
_CLEAR_SUPERCATEGORY = 0.5  # share of a category's photos that must agree on what kind of thing it is


@dataclass
class BuildReport:
    """What a build did."""

    snapshot: Manifest
    embedded: int
    reused: int
    rejects: list[Reject]
    rejects_file: Path | None
    published: bool  # False: the live index was made of exactly this already
    seconds: dict[str, float] = field(default_factory=dict)  # per stage


@dataclass(frozen=True)
class BuildPlaces:
    """Where a build reads and writes."""

    index_dir: Path
    cache_dir: Path
    rejects_file: Path

    @classmethod
    def below(cls, home: Path, index_dir: Path) -> "BuildPlaces":
        """The usual places below the data directory."""
        return cls(index_dir, home / "cache", home / "rejects" / "index.csv")


class Stopwatch:
    """Seconds per named stage, which whoever watches the job gets to know."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block under a name."""
        started = time.perf_counter()
        with in_stage(name):
            yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def build_index(
    catalog: Catalog, bundle: Bundle, places: BuildPlaces, *, full: bool = False, progress: bool = True
) -> BuildReport:
    """Bring the index up to date with the catalogue and publish it.

    Only photos that this model has never seen are embedded. Until the last instant the old snapshot is live; a build
    that is killed anywhere leaves it so, and the next one goes on with everything that was embedded.

    Args:
        catalog: what the shop sells.
        bundle: the model.
        places: where to read and write.
        full: embed and fit everything anew.
        progress: show progress bars.

    Raises:
        BuildRunningError: another build is at work. EmptyCatalogError: nothing to index. StorageError: disk trouble.
    """
    snapshots_kept()  # a setting that makes no sense is better known before the work
    try:
        places.index_dir.mkdir(parents=True, exist_ok=True)
        with (
            _only_build(places.index_dir),
            EmbeddingCache(places.cache_dir / "embeddings", bundle.hash, bundle.dim) as cache,
        ):
            return _build(catalog, bundle, places, cache, full=full, progress=progress)
    except OSError as error:
        raise StorageError(f"The index can't be written: {error}. The live index is as it was.") from error


@contextmanager
def _only_build(index_dir: Path) -> Iterator[None]:
    """Hold the build lock; the system frees it when the process dies, however it dies."""
    lock = FileLock(index_dir / BUILD_LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BuildRunningError(
            f"Another build is at work on {index_dir}. Wait for it to end, or stop it; then run this again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _build(
    catalog: Catalog, bundle: Bundle, places: BuildPlaces, cache: EmbeddingCache, *, full: bool, progress: bool
) -> BuildReport:
    watch = Stopwatch()
    if full:
        cache.clear()
        shutil.rmtree(places.cache_dir / "heads", ignore_errors=True)
    with watch.stage("look"):
        inventory = take_inventory(catalog, progress=progress)
        known = cache.known(inventory.photo_sha256)
    missing = {
        sha256: path
        for sha256, path in zip(inventory.photo_sha256, inventory.photo_path, strict=True)
        if sha256 not in known
    }
    with watch.stage("embed"):
        unusable = embed_photos(missing, Embedder(bundle), cache, progress=progress) if missing else {}
    inventory = inventory.without(unusable)
    rejects_file = _write_rejects(inventory.rejects, places.rejects_file)
    if not inventory.products:
        raise EmptyCatalogError(
            "The catalogue has no product with a usable photo. Import some first: python -m catalog import SOURCE."
            + (f" {len(inventory.rejects)} photos were rejected, see {rejects_file}." if rejects_file else "")
        )
    embedded, reused = len(missing) - len(unusable), len(known)
    live = _live_manifest(places.index_dir)
    # An index from before grades, neighbours, spreads of scores or the assortment were measured is built anew, once.
    complete = live is not None and {SIMILARITY, NEAREST, SPREADS} <= set(live.files) and bool(live.assortment)
    if not full and live is not None and complete and live.digest == inventory.digest(bundle.hash):
        return BuildReport(
            live, embedded, reused, inventory.rejects, rejects_file, published=False, seconds=watch.seconds
        )
    if progress:
        tqdm.write("composing the index: gathering vectors, learning the categories", file=sys.stderr)
    content = _compose(inventory, bundle, cache, HeadStore(places.cache_dir / "heads"), watch)
    with watch.stage("write"):
        manifest = _publish(places.index_dir, content, bundle)
    return BuildReport(
        manifest, embedded, reused, inventory.rejects, rejects_file, published=True, seconds=watch.seconds
    )


def _compose(
    inventory: Inventory, bundle: Bundle, cache: EmbeddingCache, heads: HeadStore, watch: Stopwatch
) -> SnapshotContent:
    """Everything that goes into the snapshot."""
    with watch.stage("gather"):
        by_sha256 = cache.load(inventory.photo_sha256)
        embeddings = [by_sha256[sha256] for sha256 in inventory.photo_sha256]
        vectors = np.stack([embedding.vector for embedding in embeddings])
        photo_product = np.array(inventory.photo_product, np.int32)
        groups = _group_codes(inventory)
    with watch.stage("categories"):
        head = _fit_head(inventory, vectors, groups[photo_product], bundle, heads)
    with watch.stage("balance"):
        learned = learn_balance(vectors, photo_product, bundle.balance)
    with watch.stage("grades"):
        categories = [product.category for product in inventory.products]
        similarity = measure_similarity(vectors, photo_product, categories, groups, learned.balance)
    with watch.stage("neighbours"):
        nearest = measure_nearest(vectors, photo_product, groups, learned.balance)
    return SnapshotContent(
        vectors=vectors,
        photo_product=photo_product,
        photo_sha256=inventory.photo_sha256,
        products=_product_columns(inventory, embeddings, bundle),
        supercategories=_find_supercategories(inventory, embeddings, bundle),
        head=head,
        rejects=len(inventory.rejects),
        digest=inventory.digest(bundle.hash),
        balance=learned,
        assortment=_measure_assortment(vectors, embeddings, bundle),
        similarity=similarity,
        nearest=nearest,
    )


def _fit_head(
    inventory: Inventory, vectors: np.ndarray, by_group: np.ndarray, bundle: Bundle, heads: HeadStore
) -> CategoryHead | None:
    """A head for the catalogue's categories; None where the bundle was trained on exactly these."""
    by_photo = [inventory.products[position].category for position in inventory.photo_product]
    if CATEGORY in bundle.heads and set(by_photo) == set(bundle.heads[CATEGORY].labels):
        return None
    scales = scale_parts(bundle.balance.parts)
    return heads.fit(vectors, by_photo, by_group, inventory.photo_sha256, bundle.hash, scales)


def _measure_assortment(vectors: np.ndarray, embeddings: list[PhotoEmbedding], bundle: Bundle) -> Assortment:
    """What tells this catalogue's things from what it doesn't have."""
    if bundle.novelty is None or CATEGORY not in bundle.heads:
        return Assortment()
    head = list(bundle.heads).index(CATEGORY)
    seen = np.array([embedding.seen[head] for embedding in embeddings])
    return bundle.novelty.measure_assortment(vectors[:, bundle.general], seen, bundle.heads[CATEGORY].labels)


def _group_codes(inventory: Inventory) -> np.ndarray:
    """(P,) int: equal for colour variants of one product."""
    codes: dict[str, int] = {}
    return np.array(
        [codes.setdefault(product.group_id or f"\0{product.product_id}", len(codes)) for product in inventory.products]
    )


def _product_columns(inventory: Inventory, embeddings: list[PhotoEmbedding], bundle: Bundle) -> dict[str, list[Any]]:
    """The columns of the snapshot's product table."""
    first_photo: dict[int, PhotoEmbedding] = {}
    for position, embedding in zip(inventory.photo_product, embeddings, strict=True):
        first_photo.setdefault(position, embedding)
    names = ("product_id", *FIELD_NAMES)
    columns: dict[str, list[Any]] = {name: [getattr(product, name) for product in inventory.products] for name in names}
    for head in (GENDER, COLOUR):
        columns[f"seen_{head}"] = [
            _seen_label(first_photo[position], head, bundle) for position in range(len(inventory.products))
        ]
    return columns


def _seen_label(embedding: PhotoEmbedding, head: str, bundle: Bundle) -> str | None:
    if head not in bundle.heads:
        return None
    return bundle.heads[head].labels[embedding.seen[list(bundle.heads).index(head)]]


def _find_supercategories(inventory: Inventory, embeddings: list[PhotoEmbedding], bundle: Bundle) -> dict[str, str]:
    """For each category the kind of thing that the model sees in most of its photos, where that is clear."""
    if CATEGORY not in bundle.heads or not bundle.heads[CATEGORY].groups:
        return {}
    kinds = bundle.heads[CATEGORY].groups
    place = list(bundle.heads).index(CATEGORY)
    votes: dict[str, Counter[str]] = {}
    for position, embedding in zip(inventory.photo_product, embeddings, strict=True):
        votes.setdefault(inventory.products[position].category, Counter())[kinds[embedding.seen[place]]] += 1
    best = {category: counter.most_common(1)[0] for category, counter in votes.items()}
    return {
        category: supercategory
        for category, (supercategory, count) in best.items()
        if count >= _CLEAR_SUPERCATEGORY * votes[category].total()
    }


def _publish(index_dir: Path, content: SnapshotContent, bundle: Bundle) -> Manifest:
    """Write beside the live snapshot, reopen and check, rename, move the pointer, tidy up."""
    for leftover in index_dir.glob(f"*{_PARTIAL}"):  # of killed builds; the lock says that none is at work
        shutil.rmtree(leftover)
    built_at = datetime.now(UTC)
    snapshot_id = f"{built_at:%Y%m%d-%H%M%S}-{content.digest[:6]}"
    partial = index_dir / f"{snapshot_id}{_PARTIAL}"
    partial.mkdir()
    written = write_snapshot(
        partial,
        content,
        bundle,
        snapshot_id=snapshot_id,
        built_at=built_at.isoformat(timespec="seconds"),
        store_address=vector_store(),
    )
    Snapshot.open(partial, bundle, verify=True)
    final = index_dir / snapshot_id
    if final.exists():  # published within the same second from the same content, by --full
        shutil.rmtree(final)
    partial.rename(final)
    publish_snapshot(index_dir, snapshot_id)
    _tidy_up(index_dir, snapshot_id)
    return written


def _tidy_up(index_dir: Path, live: str) -> None:
    """Remove all but the live snapshot and the latest others, which readers may still be opening."""
    manifests = [path for path in index_dir.glob(f"*/{MANIFEST}") if path.parent.name != live]
    manifests.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for manifest in manifests[snapshots_kept() - 1 :]:
        shutil.rmtree(manifest.parent, ignore_errors=True)


def _live_manifest(index_dir: Path) -> Manifest | None:
    try:
        return read_manifest(current_snapshot(index_dir))
    except IndexUnavailableError:
        return None


def _write_rejects(rejects: list[Reject], path: Path) -> Path | None:
    """The rejected photos as a table; no file where there are none."""
    if not rejects:
        path.unlink(missing_ok=True)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["product_id", "file", "reason"])
        writer.writerows([reject.product_id, reject.path, reject.reason] for reject in rejects)
    return path
