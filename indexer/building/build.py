"""Building the index: look, embed what is new, fit the categories, write a snapshot, check it, publish it."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from catalog import Catalog
from catalog.changes.change_feed import CatalogChanges
from catalog.importing.sent_photos import remove_unused_photos
from catalog.importing.sent_sources import remove_unused_sources
from catalog.settings import sent_photos_dir, snapshots_kept
from catalog.spreadsheets import csv_line
from indexer.building.build_digest import digest_build
from indexer.building.category_fit import HeadStore, scale_parts
from indexer.building.live_index import inspect_live, remove_leftovers
from indexer.building.match_grades import measure_similarity
from indexer.building.nearest_neighbours import measure_nearest
from indexer.building.product_columns import find_supercategories, make_product_columns
from indexer.building.shop_balance import learn_balance
from indexer.building.snapshot_publishing import oldest_sequence, write_and_publish
from indexer.building.taken_in import latest_taken_in
from indexer.corpus.embedded_catalog import EmbeddedCatalog, embed_catalog, embeddings_dir
from indexer.corpus.inventory import Reject, take_inventory
from indexer.corpus.live_embeddings import take_over_embeddings
from indexer.errors import BuildRunningError, StorageError
from indexer.progress import in_stage
from indexer.single_run import only_run
from search.files import remove_half_written, written_aside
from search.index.category_head import CategoryHead
from search.index.history import BUILD_LOCK
from search.index.manifest import Manifest
from search.index.snapshot import SnapshotContent
from search.index.snapshot_files import NEAREST, SIMILARITY, SPREADS
from search.index.stores import check_store
from search.model.bundle import CATEGORY, Bundle
from search.model.novelty import Assortment
from search.settings import vector_store


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
    mended: str | None = None  # what was wrong with the live index, if that was damaged
    damaged_embeddings: int = 0  # that the cache lost and that were embedded again


@dataclass(frozen=True)
class BuildPaths:
    """Where a build reads and writes."""

    index_dir: Path
    embeddings_dir: Path
    heads_dir: Path  # of fitted category heads
    rejects_file: Path
    home: Path  # the data directory, where what killed processes left half-written is removed

    @classmethod
    def below(cls, home: Path, index_dir: Path) -> "BuildPaths":
        """The usual paths below the data directory."""
        return cls(index_dir, embeddings_dir(home), home / "cache" / "heads", home / "rejects" / "index.csv", home)


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
    catalog: Catalog,
    bundle: Bundle,
    paths: BuildPaths,
    *,
    full: bool = False,
    cluster: str | None = None,
    progress: bool = True,
) -> BuildReport:
    """Bring the index up to date with the catalogue and publish it.

    Only photos that this model has never seen are embedded. Until the last instant the old snapshot is live; a build
    that is killed anywhere leaves it so, and the next one goes on with everything that was embedded.

    Args:
        catalog: what the shop sells.
        bundle: the model.
        paths: where to read and write.
        full: embed and fit everything anew.
        cluster: address of a Ray cluster that embeds; None: this machine does.
        progress: show progress bars.

    Raises:
        BuildRunningError: another build is at work. EmptyCatalogError: nothing to index. StorageError: disk trouble.
        ClusterError: the Ray cluster can't be reached or can't embed.
        StoreUnavailableError, UnknownStoreError: the vectors can't be kept where the setting says.
    """
    snapshots_kept()  # a setting that makes no sense is better known before the work
    check_store(vector_store())
    refusal = BuildRunningError(
        f"Another build is at work on {paths.index_dir}. Wait for it to end, or stop it; then run this again."
    )
    try:
        with only_run(paths.index_dir / BUILD_LOCK, refusal):
            return _build(catalog, bundle, paths, full=full, cluster=cluster, progress=progress)
    except OSError as error:
        raise StorageError(
            f"The index can't be written: {error}. The live index is as it was. Make room, or give this user the right "
            "to write there; then run this again: what was embedded is kept."
        ) from error


def _build(
    catalog: Catalog, bundle: Bundle, paths: BuildPaths, *, full: bool, cluster: str | None, progress: bool
) -> BuildReport:
    watch = Stopwatch()
    remove_leftovers(paths.index_dir)
    remove_half_written(paths.home)
    remove_unused_photos(catalog, sent_photos_dir(paths.home))
    remove_unused_sources(catalog, paths.home)
    if full:
        shutil.rmtree(paths.heads_dir, ignore_errors=True)
    feed = CatalogChanges(catalog.database)
    sequence = feed.latest()  # before anything is read: what changes from now on may be part of this index
    with watch.stage("look"):
        inventory = take_inventory(catalog, full=full, progress=progress)
    with watch.stage("embed"):
        if not full:
            take_over_embeddings(feed, inventory.photo_sha256, bundle, paths.embeddings_dir)
        corpus = embed_catalog(inventory, bundle, paths.embeddings_dir, full=full, cluster=cluster, progress=progress)
    rejects = corpus.inventory.rejects
    rejects_file = _write_rejects(rejects, paths.rejects_file)
    corpus.inventory.refuse_empty(rejects_file)
    found, digest = inspect_live(paths.index_dir, bundle), digest_build(corpus.inventory, bundle)
    live = found.manifest
    is_current = (
        not full and live is not None and _is_complete(live) and live.digest == digest and feed.knows(live.mark)
    )
    if live is None or not is_current:
        if progress:
            tqdm.write("composing the index: gathering vectors, learning the categories", file=sys.stderr)
        content = _compose(corpus, digest, HeadStore(paths.heads_dir), watch)
        with watch.stage("write"):
            taken_in = latest_taken_in(feed, sequence, corpus.inventory)
            content = replace(content, sequence=taken_in, mark=feed.leave_mark())
            live = write_and_publish(paths.index_dir, content, bundle)
            feed.forget(oldest_sequence(paths.index_dir))
    counts = (corpus.embedded, corpus.reused, rejects, rejects_file, not is_current, watch.seconds)
    return BuildReport(live, *counts, mended=found.damage, damaged_embeddings=corpus.damaged)


def _is_complete(manifest: Manifest) -> bool:
    """Whether an index has all files; one from before something was measured is built anew, once."""
    return {SIMILARITY, NEAREST, SPREADS} <= set(manifest.files) and bool(manifest.assortment)


def _compose(corpus: EmbeddedCatalog, digest: str, heads: HeadStore, watch: Stopwatch) -> SnapshotContent:
    """Everything that goes into the snapshot."""
    inventory, bundle = corpus.inventory, corpus.bundle
    with watch.stage("gather"):
        vectors, photo_product, variants = corpus.vectors, corpus.photo_product, corpus.variants
    with watch.stage("categories"):
        head = _fit_head(corpus, heads)
    with watch.stage("balance"):
        learned = learn_balance(vectors, photo_product, bundle.balance)
    with watch.stage("grades"):
        similarity = measure_similarity(vectors, photo_product, corpus.categories, variants, learned.balance)
    with watch.stage("neighbours"):
        nearest = measure_nearest(vectors, photo_product, variants, learned.balance)
    return SnapshotContent(
        vectors=vectors,
        photo_product=photo_product,
        photo_sha256=inventory.photo_sha256,
        products=make_product_columns(corpus),
        supercategories=find_supercategories(corpus),
        head=head,
        rejects=len(inventory.rejects),
        digest=digest,
        balance=learned,
        assortment=_measure_assortment(corpus),
        similarity=similarity,
        nearest=nearest,
    )


def _fit_head(corpus: EmbeddedCatalog, heads: HeadStore) -> CategoryHead | None:
    """A head for the catalogue's categories; None where the bundle was trained on exactly these."""
    bundle = corpus.bundle
    if CATEGORY in bundle.heads and set(corpus.categories) == set(bundle.heads[CATEGORY].labels):
        return None
    by_photo = [corpus.categories[position] for position in corpus.photo_product]
    groups, scales = corpus.variants[corpus.photo_product], scale_parts(bundle.balance.parts)
    return heads.fit(corpus.vectors, by_photo, groups, corpus.inventory.photo_sha256, bundle.hash, scales)


def _measure_assortment(corpus: EmbeddedCatalog) -> Assortment:
    """What tells this catalogue's things from what it doesn't have."""
    bundle = corpus.bundle
    if bundle.novelty is None or CATEGORY not in bundle.heads:
        return Assortment()
    head = list(bundle.heads).index(CATEGORY)
    seen = np.array([embedding.seen[head] for embedding in corpus.embeddings])
    return bundle.novelty.measure_assortment(corpus.vectors[:, bundle.general], seen, bundle.heads[CATEGORY].labels)


def _write_rejects(rejects: list[Reject], path: Path) -> Path | None:
    """The rejected photos as a table; no file where there are none."""
    if not rejects:
        path.unlink(missing_ok=True)
        return None
    with written_aside(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        file.write(csv_line(["product_id", "file", "reason"]))
        file.writelines(csv_line([reject.product_id, reject.path, reject.reason]) for reject in rejects)
    return path
