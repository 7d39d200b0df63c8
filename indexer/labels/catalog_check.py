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

from catalog import Catalog
from catalog.labels.label_issues import Duplicate, LabelCheckRun, LabelIssue, LabelIssueStore
from indexer.corpus.embedded_catalog import EmbeddedCatalog, embed_catalog, embeddings_dir
from indexer.corpus.folds import find_connected, find_leakage_groups, link_equal
from indexer.corpus.inventory import Inventory, take_inventory
from indexer.corpus.near_duplicates import find_near_duplicate_files
from indexer.corpus.photo_table import tabulate_photos
from indexer.corpus.sampling import choose_of_each_class
from indexer.errors import LabelCheckRunningError, TrainingDataError
from indexer.labels.label_issues import CONFIDENT, LOOKS_WRONG, find_label_issues, out_of_fold_probabilities
from indexer.labels.text_evidence import describe_product, weigh_in_genders, weigh_in_texts
from indexer.single_run import only_run
from indexer.training.splitting import read_split
from search.model.bundle import SPLIT, Bundle
from search.settings import PRETRAINED_BUNDLE

MOST_ISSUES = 5_000  # more than people decide before the next check
MOST_LEARNED = 60_000  # photos that a classifier learns from: more teach it little and take hours
MOST_COMPARED = 200_000  # photos looked at for near-duplicates, which takes quadratic time; of more only equal files
TOP_K = 9  # labels that the studio offers by number
NEIGHBOURS = 8  # of each label
_LOCK = "labels.lock"  # beside the folder of the decoded photos
_ENOUGH = 200  # photos of a class that are learned from however many others there are


@dataclass(frozen=True)
class LabelQueueReport:
    """What a check found."""

    check: LabelCheckRun
    issues: int  # in the queue
    pictures: int  # that several products show
    conflicts: int  # of those: with different labels

    def describe(self) -> list[str]:
        """The report for people, line by line."""
        check = self.check
        return [
            f"Judged {check.products:,} products by {check.photos:,} photos in {check.seconds:.1f} seconds",
            f"  labels that are probably wrong  {self.issues:,}",
            f"  pictures of several products    {self.pictures:,}, of them with different labels {self.conflicts:,}",
            "Next: decide on them at /studio/labels",
        ]


def check_catalog(
    catalog: Catalog, bundle: Bundle, home: Path, *, max_score: float = LOOKS_WRONG, progress: bool = True
) -> LabelQueueReport:
    """Compare every product's label with the label that other products predict for it, and store the queue.

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
        LabelCheckRunningError: another check is at work; each would remove the decoded photos of the other.
    """
    refusal = LabelCheckRunningError(
        f"Another check of labels is at work on {home}. Wait for it to end, or stop it; then run this again."
    )
    with only_run(home / "cache" / _LOCK, refusal):
        return _check(catalog, bundle, home, max_score=max_score, progress=progress)


def _check(catalog: Catalog, bundle: Bundle, home: Path, *, max_score: float, progress: bool) -> LabelQueueReport:
    began = time.monotonic()
    inventory = take_inventory(catalog, progress=progress)
    bundle = _choose_bundle(bundle, inventory.photo_sha256)
    corpus = embed_catalog(inventory, bundle, embeddings_dir(home), progress=progress)
    corpus.inventory.refuse_empty()
    pairs = _compare_photos(corpus.inventory, home / "cache" / "labels", progress=progress)
    found, checked = _find_issues(corpus, pairs, max_score, progress=progress)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    seconds = round(time.monotonic() - began, 1)
    check = LabelCheckRun(0, now, bundle.name, checked, len(corpus.photo_product), seconds)
    store = LabelIssueStore(catalog.database)
    check, in_queue = store.replace(check, found, _gather_pictures(pairs, corpus.inventory))
    return LabelQueueReport(check, in_queue, store.count_pictures(), store.count_pictures(conflicting=True))


def _choose_bundle(bundle: Bundle, fingerprints: Sequence[str]) -> Bundle:
    """The bundle, or the shipped one where it learned from these photos."""
    try:
        learned = read_split(bundle.path / SPLIT)
    except TrainingDataError:  # no split, so it wasn't trained by a shop
        return bundle
    return Bundle.open(PRETRAINED_BUNDLE) if learned["sha256"].isin(set(fingerprints)).any() else bundle


def _compare_photos(inventory: Inventory, cache: Path, *, progress: bool) -> pd.DataFrame:
    """Rows ``first``, ``second`` and ``distance`` of photos that show the same picture."""
    equal = pd.DataFrame(link_equal(inventory.photo_sha256), columns=["first", "second"], dtype=np.int64)
    equal["distance"] = 0
    rows = np.setdiff1d(np.arange(len(inventory.photo_sha256)), equal["second"])  # the first of each file
    if len(rows) > MOST_COMPARED:
        return equal
    try:
        near, _ = find_near_duplicate_files([inventory.photo_path[row] for row in rows], cache, progress=progress)
    except TrainingDataError:  # not one of them can be opened any more
        return equal
    near = near.assign(first=rows[near["first"]], second=rows[near["second"]])
    shutil.rmtree(cache, ignore_errors=True)  # the next check's photos are others; only a killed one goes on from here
    return pd.concat([near, equal], ignore_index=True).astype(np.int64)


def _find_issues(
    corpus: EmbeddedCatalog, pairs: pd.DataFrame, max_score: float, *, progress: bool
) -> tuple[list[LabelIssue], int]:
    """The products whose labels are probably wrong, and how many products could be checked."""
    photos = tabulate_photos(corpus.inventory)
    groups = find_leakage_groups(photos, list(zip(pairs["first"], pairs["second"], strict=True)))
    labels = sorted(set(corpus.categories))
    targets = np.searchsorted(labels, corpus.categories)
    by_photo = _cross_validate(corpus.vectors, targets[corpus.photo_product], len(labels), groups, progress=progress)
    probabilities = np.add.reduceat(by_photo, corpus.first_row) / np.bincount(corpus.photo_product)[:, None]
    probabilities = _weigh_in_texts(corpus, probabilities, targets, groups[corpus.first_row], labels, progress=progress)
    firsts = photos.iloc[corpus.first_row].reset_index(drop=True)
    issues = find_label_issues(probabilities, targets, firsts, labels, max_score=max_score, min_confidence=CONFIDENT)[
        :MOST_ISSUES
    ]
    rows = issues["row"].to_numpy(np.int64)
    predicted = np.searchsorted(labels, issues["predicted"].to_numpy(str)) if len(rows) else rows
    shapes = corpus.bundle.balance.with_colour_weight(0.0).scale(corpus.vectors[corpus.first_row])
    near = [_nearest(shapes, rows, wanted, targets, groups[corpus.first_row]) for wanted in (targets[rows], predicted)]
    found = [
        _to_issue(one, _top_k(probabilities[one["row"]], labels), *(_product_ids(corpus, place[at]) for place in near))
        for at, one in enumerate(issues.to_dict("records"))
    ]
    return found, int((probabilities.sum(axis=1) > 0).sum())


def _to_issue(
    row: dict, top_k: tuple[tuple[str, float], ...], near_given: tuple[str, ...], near_predicted: tuple[str, ...]
) -> LabelIssue:
    return LabelIssue(
        product_id=row["product_id"],
        given=row["given"],
        predicted=row["predicted"],
        given_probability=float(row["given_probability"]),
        predicted_probability=float(row["predicted_probability"]),
        score=float(row["score"]),
        top_k=top_k,
        given_neighbours=near_given,
        predicted_neighbours=near_predicted,
    )


def _product_ids(corpus: EmbeddedCatalog, positions: np.ndarray) -> tuple[str, ...]:
    return tuple(corpus.inventory.products[position].product_id for position in positions)


def _cross_validate(
    vectors: np.ndarray, targets: np.ndarray, classes: int, groups: np.ndarray, *, progress: bool
) -> np.ndarray:
    """(N, classes) out-of-fold probabilities; all 0 where there is too little to check labels against each other."""
    learned = np.where(_choose_learned(targets), targets, -1)
    try:
        return out_of_fold_probabilities(vectors, learned, classes, groups, progress=progress)
    except TrainingDataError:
        return np.zeros((len(targets), classes))


def _weigh_in_texts(
    corpus: EmbeddedCatalog,
    by_photo: np.ndarray,
    targets: np.ndarray,
    groups: np.ndarray,
    labels: Sequence[str],
    *,
    progress: bool,
) -> np.ndarray:
    """The products' probabilities (P, C), corrected by what is written about them."""
    products = corpus.inventory.products
    texts, titles = [describe_product(one) for one in products], [one.title or "" for one in products]
    learned = np.where(_choose_learned(targets), targets, -1)
    told = weigh_in_texts(by_photo, texts, titles, learned, groups, labels, progress=progress)
    return weigh_in_genders(told, [one.gender for one in products], learned, groups)


def _choose_learned(targets: np.ndarray) -> np.ndarray:
    """(N,) bool: all photos, or of very many an even share of each class; small classes whole."""
    return choose_of_each_class(targets, MOST_LEARNED, _ENOUGH, np.random.default_rng(0))


def _top_k(probabilities: np.ndarray, labels: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The most probable labels with their probabilities, best first."""
    order = np.argsort(-probabilities, kind="stable")[:TOP_K]
    return tuple((labels[code], round(float(probabilities[code]), 6)) for code in order if probabilities[code] > 0)


def _nearest(
    vectors: np.ndarray, rows: np.ndarray, wanted: np.ndarray, targets: np.ndarray, groups: np.ndarray
) -> list[np.ndarray]:
    """For each asked row the products of a label that are most alike, best first, without its own variants and copies.

    Args:
        vectors: (P, D) a product each.
        rows: (S,) the products that ask.
        wanted: (S,) the label that each asks for.
        targets: (P,) the products' labels.
        groups: (P,) equal for products that show or are the same.
    """
    found: list[np.ndarray] = [np.empty(0, np.int64)] * len(rows)
    for label in np.unique(wanted):
        members = np.flatnonzero(targets == label)
        for place in np.flatnonzero(wanted == label):
            scores = vectors[members] @ vectors[rows[place]]
            scores[groups[members] == groups[rows[place]]] = -np.inf
            best = np.argsort(-scores, kind="stable")[:NEIGHBOURS]
            found[place] = members[best[np.isfinite(scores[best])]]
    return found


def _gather_pictures(pairs: pd.DataFrame, inventory: Inventory) -> list[Duplicate]:
    """The pictures that several products show: photos that look the same, directly or through one another."""
    first, second = pairs["first"].to_numpy(np.int64), pairs["second"].to_numpy(np.int64)
    pictures = find_connected(list(zip(first, second, strict=True)), len(inventory.photo_product))
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
    # Products that share two pictures are told once.
    once = {tuple(sorted(best)): best for best in members.values() if len(best) > 1}
    shown = sorted(once.values(), key=lambda best: (-len(best), min(best)))
    return [
        Duplicate(number, inventory.products[position].product_id, inventory.photo_sha256[row], nearest[row])
        for number, best in enumerate(shown, start=1)
        for position, row in best.items()
    ]
