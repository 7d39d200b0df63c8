"""Labels that people corrected in the studio, put into what a training learns from."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from catalog.labels.corrected_labels import CorrectedLabel, read_corrected_labels
from catalog.settings import database_url
from catalog.storage.database import Database
from indexer.errors import StorageError
from indexer.training.examples import MAIN_HEAD
from search.files import written_aside
from search.model_quality.language import Language


@dataclass(frozen=True)
class AppliedCorrections:
    """How many of a source's labels were replaced."""

    products: int = 0
    photos: int = 0

    def describe(self, language: Language | None = None) -> list[str]:
        """A sentence, or nothing where there were none; in English without a language."""
        if not self.products:
            return []
        language = language or Language()
        return [
            language.gettext(
                "%(products)s products (%(photos)s photos) have the label that was corrected in the studio",
                products=language.format_count(self.products),
                photos=language.format_count(self.photos),
            )
        ]


NOTHING_CORRECTED = AppliedCorrections()


def find_corrected_labels() -> list[CorrectedLabel]:
    """The corrections of the catalogue that the settings name; none if there is no catalogue.

    Raises:
        DatabaseError: there is one, but it can't be read.
    """
    url = database_url()
    if not Database.exists(url):
        return []
    database = Database.open(url)
    try:
        return read_corrected_labels(database)
    finally:
        database.close()


def corrections_of_job(note: Path) -> list[CorrectedLabel]:
    """The corrections as they were when a training began, so that one that goes on learns the same labels.

    Args:
        note: where they are written down; written if it isn't there.

    Raises:
        DatabaseError: there is a catalogue, but it can't be read. StorageError: the note can't be read or written.
    """
    try:
        if note.exists():
            kept = json.loads(note.read_text(encoding="utf-8"))
            return [CorrectedLabel(**{**one, "photos": frozenset(one["photos"])}) for one in kept]
        found = find_corrected_labels()
        kept = [{**asdict(one), "photos": sorted(one.photos)} for one in found]
        with written_aside(note) as partial:
            partial.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{note} can't be used: {error}. Delete its directory to begin the training anew."
        ) from error


def apply_corrections(examples: pd.DataFrame, source: Path, corrected: Iterable[CorrectedLabel]) -> AppliedCorrections:
    """Replace the labels that somebody corrected, in place.

    A product is corrected if its label is the one that was, and if it is the same product of the same source or shows
    a photo of the one that was corrected; then all of its photos are. A photo about which corrections disagree is
    nobody's.

    Args:
        examples: as ``read_examples`` gives them.
        source: where they come from.
        corrected: from ``find_corrected_labels``.

    Returns:
        How many products and photos have another label now.
    """
    location = os.path.abspath(source)  # noqa: PTH100 (as feeds do: Path.resolve would follow a "current" link)
    by_product: dict[str, CorrectedLabel] = {}
    by_photo: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in corrected:
        if one.location == location:
            by_product[one.product_id] = one
        for sha256 in one.photos:
            by_photo[sha256, one.given].add(one.corrected)
    wanted: dict[str, set[str]] = defaultdict(set)
    label_of: dict[str, str] = {}
    for product_id, sha256, label in zip(examples["product_id"], examples["sha256"], examples[MAIN_HEAD], strict=True):
        label_of[product_id] = label
        wanted[product_id] |= by_photo.get((sha256, label), set())
    chosen = {product_id: next(iter(labels)) for product_id, labels in wanted.items() if len(labels) == 1}
    for product_id, one in by_product.items():
        if label_of.get(product_id) == one.given:
            chosen[product_id] = one.corrected
    labels = examples["product_id"].map(chosen)
    changed = labels.notna()
    examples.loc[changed, MAIN_HEAD] = labels[changed]
    return AppliedCorrections(len(chosen), int(changed.sum()))
