"""``python -m indexer check-labels``: which of the catalogue's labels are probably wrong, as a queue for the studio."""

import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from catalog import Catalog
from catalog.labels.label_issues import Duplicate, LabelCheckRun, LabelIssue, LabelIssueStore
from indexer.corpus.embedding import embed_photos
from indexer.corpus.embedding_cache import EmbeddingCache
from indexer.corpus.inventory import Inventory, take_inventory
from indexer.corpus.near_duplicates import find_near_duplicates
from indexer.corpus.photo_cache import PhotoCache
from indexer.errors import EmptyCatalogError, TrainingDataError
from indexer.labels.label_issues import LOOKS_WRONG, find_label_issues, out_of_fold_probabilities
from indexer.training.splitting import find_pieces, read_split
from search.model.bundle import SPLIT, Bundle
from search.model.embedder import Embedder
from search.settings import PRETRAINED_BUNDLE

MOST_SUSPICIONS = 5_000  # more than people decide before the next check
MOST_LEARNED = 60_000  # photos that a judge learns from: more teach it little and take hours
MOST_COMPARED = 200_000  # photos looked at for near-duplicates, which takes quadratic time; of more only equal files
GUESSES = 9  # labels that the studio offers by number
NEIGHBOURS = 8  # of each label
_ENOUGH = 200  # photos of a class that are learned from however many others there are
_SIDE = 64  # pixels: near-duplicates are found on thumbnails


@dataclass(frozen=True)
class LabelQueueReport:
    """What a check found."""

    check: LabelCheckRun
    suspicions: int  # in the queue
    pictures: int  # that several products show
    conflicts: int  # of those: with different labels

    def describe(self) -> list[str]:
        """The report for people, line by line."""
        check = self.check
        return [
            f"Judged {check.products:,} products by {check.photos:,} photos in {check.seconds:.1f} seconds",
            f"  labels that are probably wrong  {self.suspicions:,}",
            f"  pictures of several products    {self.pictures:,}, of them with different labels {self.conflicts:,}",
            "Next: decide on them at /studio/labels",
        ]


def check_catalog(
    catalog: Catalog, bundle: Bundle, home: Path, *, max_score: float = LOOKS_WRONG, progress: bool = True
) -> LabelQueueReport:
    """Judge every product's label by classifiers that learned from other products, and store the queue.

    Vectors come from the index's cache, so that after a build nothing is embedded. A check that is killed leaves the
    last queue as it was.

    Args:
        catalog: whose labels.
        bundle: the model in use. If it learned from photos of this catalogue, which it would only repeat, the shipped
            one takes its place.
        home: the data directory.
        max_score: only labels that score less; ``find_label_issues`` says what that means.
        progress: show bars.

    Raises:
        EmptyCatalogError: no product with a usable photo. StorageError: the caches can't be written.
    """
    began = time.monotonic()
    inventory = take_inventory(catalog, progress=progress)
    judge = _choose_judge(bundle, inventory.photo_sha256)
    inventory, vectors = _embed(inventory, judge, home, progress=progress)
    pairs = _compare_photos(inventory, home / "cache" / "labels", progress=progress)
    photos = _photo_table(inventory)
    pieces = find_pieces(photos, list(zip(pairs["first"], pairs["second"], strict=True)))
    labels = sorted({product.category for product in inventory.products})
    photo_product = np.array(inventory.photo_product, np.int64)
    first_row = np.searchsorted(photo_product, np.arange(len(inventory.products)))
    targets = np.searchsorted(labels, [product.category for product in inventory.products])
    probabilities = _judge(vectors, targets[photo_product], len(labels), pieces, progress=progress)
    of_products = np.add.reduceat(probabilities, first_row) / np.bincount(photo_product)[:, None]
    firsts = photos.iloc[first_row].reset_index(drop=True)
    issues = find_label_issues(of_products, targets, firsts, labels, max_score=max_score)[:MOST_SUSPICIONS]
    rows = issues["row"].to_numpy(np.int64)
    shapes = judge.balance.with_colour_weight(0.0).scale(vectors[first_row])
    suggested = np.searchsorted(labels, issues["suggested"].to_numpy(str)) if len(rows) else rows
    near_given = _nearest(shapes, rows, targets[rows], targets, pieces[first_row])
    near_suggested = _nearest(shapes, rows, suggested, targets, pieces[first_row])
    product_ids = [product.product_id for product in inventory.products]
    found = [
        LabelIssue(
            product_id=one["product_id"],
            given=one["given"],
            predicted=one["suggested"],
            given_probability=float(one["given_probability"]),
            predicted_probability=float(one["suggested_probability"]),
            score=float(one["score"]),
            top_k=_guess(of_products[one["row"]], labels),
            given_neighbours=tuple(product_ids[row] for row in near_given[place]),
            predicted_neighbours=tuple(product_ids[row] for row in near_suggested[place]),
        )
        for place, one in enumerate(issues.to_dict("records"))
    ]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    judged = int((of_products.sum(axis=1) > 0).sum())
    check = LabelCheckRun(0, now, judge.name, judged, len(photo_product), round(time.monotonic() - began, 1))
    store = LabelIssueStore(catalog.database)
    check, asked = store.replace(check, found, _gather_pictures(pairs, inventory))
    return LabelQueueReport(check, asked, store.count_pictures(), store.count_pictures(conflicting=True))


def _choose_judge(bundle: Bundle, fingerprints: Sequence[str]) -> Bundle:
    """The bundle, or the shipped one where it learned from these photos."""
    try:
        learned = read_split(bundle.path / SPLIT)
    except TrainingDataError:  # no split, so it wasn't trained by a shop
        return bundle
    return Bundle.open(PRETRAINED_BUNDLE) if learned["sha256"].isin(set(fingerprints)).any() else bundle


def _embed(inventory: Inventory, bundle: Bundle, home: Path, *, progress: bool) -> tuple[Inventory, np.ndarray]:
    """The inventory of what can be embedded, and a vector for each of its photos."""
    with EmbeddingCache(home / "cache" / "embeddings", bundle.hash, bundle.dim) as cache:
        known = cache.known(inventory.photo_sha256)
        everything = dict(zip(inventory.photo_sha256, inventory.photo_path, strict=True))
        missing = {sha256: path for sha256, path in everything.items() if sha256 not in known}
        unusable = embed_photos(missing, Embedder(bundle), cache, progress=progress) if missing else {}
        inventory = inventory.without(unusable)
        if not inventory.products:
            raise EmptyCatalogError(
                "The catalogue has no product with a usable photo. Import some first: python -m catalog import SOURCE."
            )
        found = cache.load(inventory.photo_sha256)
    return inventory, np.stack([found[sha256].vector for sha256 in inventory.photo_sha256])


def _compare_photos(inventory: Inventory, cache: Path, *, progress: bool) -> pd.DataFrame:
    """Rows ``first``, ``second`` and ``distance`` of photos that show the same picture."""
    first_with: dict[str, int] = {}
    equal = [(first_with.setdefault(name, row), row, 0) for row, name in enumerate(inventory.photo_sha256)]
    pairs = pd.DataFrame([pair for pair in equal if pair[0] != pair[1]], columns=["first", "second", "distance"])
    if len(first_with) > MOST_COMPARED:
        return pairs
    rows = np.array(list(first_with.values()))
    try:
        photos = PhotoCache.fill([inventory.photo_path[row] for row in rows], cache, _SIDE, progress=progress)
    except TrainingDataError:  # not one of them can be opened any more
        return pairs
    sound = np.setdiff1d(np.arange(len(rows)), list(photos.faults))
    near = find_near_duplicates(photos.pixels[sound], progress=progress)
    near = near.assign(first=rows[sound[near["first"]]], second=rows[sound[near["second"]]])
    shutil.rmtree(cache, ignore_errors=True)  # the next check's photos are others; only a killed one goes on from here
    return pd.concat([near, pairs], ignore_index=True).astype(np.int64)


def _photo_table(inventory: Inventory) -> pd.DataFrame:
    """One row a photo, as ``read_examples`` gives them."""
    products = [inventory.products[position] for position in inventory.photo_product]
    columns = {
        "path": [str(path) for path in inventory.photo_path],
        "product_id": [product.product_id for product in products],
        "group_id": [f"g{product.group_id}" if product.group_id else f"p{product.product_id}" for product in products],
    }
    return pd.DataFrame(columns, dtype=object)


def _judge(vectors: np.ndarray, targets: np.ndarray, classes: int, pieces: np.ndarray, *, progress: bool) -> np.ndarray:
    """(N, classes) out-of-fold probabilities; all 0 where there is too little to check labels against each other."""
    learned = np.where(_choose_learned(targets), targets, -1)
    try:
        return out_of_fold_probabilities(vectors, learned, classes, pieces, progress=progress)
    except TrainingDataError:
        return np.zeros((len(targets), classes))


def _choose_learned(targets: np.ndarray) -> np.ndarray:
    """(N,) bool: all photos, or of very many an even share of each class; small classes whole."""
    if len(targets) <= MOST_LEARNED:
        return np.ones(len(targets), bool)
    chosen = np.zeros(len(targets), bool)
    chance = np.random.default_rng(0)
    for code in np.unique(targets):
        rows = np.flatnonzero(targets == code)
        wanted = max(round(len(rows) * MOST_LEARNED / len(targets)), min(len(rows), _ENOUGH))
        chosen[chance.choice(rows, wanted, replace=False)] = True
    return chosen


def _guess(probabilities: np.ndarray, labels: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The most probable labels with their probabilities, best first."""
    order = np.argsort(-probabilities, kind="stable")[:GUESSES]
    return tuple((labels[code], round(float(probabilities[code]), 6)) for code in order if probabilities[code] > 0)


def _nearest(
    vectors: np.ndarray, rows: np.ndarray, wanted: np.ndarray, targets: np.ndarray, pieces: np.ndarray
) -> list[np.ndarray]:
    """For each asked row the products of a label that are most alike, best first, without its own variants and copies.

    Args:
        vectors: (P, D) a product each.
        rows: (S,) the products that ask.
        wanted: (S,) the label that each asks for.
        targets: (P,) the products' labels.
        pieces: (P,) equal for products that show or are the same.
    """
    found: list[np.ndarray] = [np.empty(0, np.int64)] * len(rows)
    for label in np.unique(wanted):
        members = np.flatnonzero(targets == label)
        for place in np.flatnonzero(wanted == label):
            scores = vectors[members] @ vectors[rows[place]]
            scores[pieces[members] == pieces[rows[place]]] = -np.inf
            best = np.argsort(-scores, kind="stable")[:NEIGHBOURS]
            found[place] = members[best[np.isfinite(scores[best])]]
    return found


def _gather_pictures(pairs: pd.DataFrame, inventory: Inventory) -> list[Duplicate]:
    """The pictures that several products show: photos that look the same, directly or through one another."""
    count = len(inventory.photo_product)
    first, second = pairs["first"].to_numpy(np.int64), pairs["second"].to_numpy(np.int64)
    graph = coo_array((np.ones(len(pairs), np.int8), (first, second)), (count, count))
    pictures = connected_components(graph, directed=False)[1]
    nearest: dict[int, int] = {}
    for one, other, distance in zip(first.tolist(), second.tolist(), pairs["distance"].tolist(), strict=True):
        for row in (one, other):
            nearest[row] = min(distance, nearest.get(row, distance))
    members: defaultdict[int, dict[int, int]] = defaultdict(dict)  # picture -> product's position -> best row
    for row, distance in sorted(nearest.items()):
        best = members[int(pictures[row])]
        position = inventory.photo_product[row]
        if position not in best or distance < nearest[best[position]]:
            best[position] = row
    once = {
        tuple(sorted(best)): best for best in members.values() if len(best) > 1
    }  # products with two photos are told once
    shown = sorted(once.values(), key=lambda best: (-len(best), min(best)))
    return [
        Duplicate(number, inventory.products[position].product_id, inventory.photo_sha256[row], nearest[row])
        for number, best in enumerate(shown, start=1)
        for position, row in best.items()
    ]
