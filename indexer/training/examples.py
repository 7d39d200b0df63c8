"""What a training learns from: one row a photo, with the values that the source gives it.

The source is whatever ``python -m catalog import`` takes: a folder of class folders, or a table. It is read the same
way, but nothing is written to the catalogue.
"""

import difflib
import hashlib
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from catalog.feeds import Feed, FeedRow, Reject, list_columns, open_feed
from catalog.feeds.columns import NAMES, UNDERSTOOD
from catalog.importing.photo_inspection import count_threads
from catalog.importing.row_merging import merged_rows, survey_feed
from catalog.products import Product
from catalog.storage.batches import in_batches
from indexer.errors import TrainingDataError

MAIN_HEAD = "category"  # what the classifier is judged by, whatever the source's column is called
SPLITS = ("train", "validation", "test")
MIN_PHOTOS = 4  # of a class: two to learn from, one to choose by, one to judge by

USUAL_HEADS = ("gender", "colour")  # fields of a product that a photo shows
FACTS = ("path", "product_id", "group_id", "sha256", "split")  # columns of an examples table before its heads
_PHOTOS_PER_BATCH = 1000
_SHOWN = 12  # classes or columns in a message


@dataclass(frozen=True)
class ReadExamples:
    """What a source gave, and what it couldn't.

    ``examples`` has one row a photo, numbered from 0: ``path`` (absolute), ``product_id``, ``group_id`` (the product's
    id where the source has none), ``sha256`` (of the file's bytes), ``split`` ("train", "validation", "test", or None
    where the source didn't say), then one column a head with a text or None. ``examples.attrs["heads"]`` names the
    heads, ``category`` first. The photos have been read, but not decoded.
    """

    examples: pd.DataFrame
    rejects: list[Reject]


def read_examples(
    source: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    label: str = MAIN_HEAD,
    also: Sequence[str] | None = None,
    also_needed: bool = True,
    progress: bool = True,
) -> ReadExamples:
    """The photos of a source with their labels.

    Args:
        source: a folder with one folder per class, or a table.
        mapping: field to column, where a table's names differ from ours.
        label: the field or column to learn; it becomes the head ``category``. Rows without a value are rejected.
        also: further fields or columns to learn, a head each; None for gender and colour where the source has them
            and more than one value of them.
        also_needed: whether it is an error if the source lacks one of ``also``.
        progress: show bars.

    Raises:
        TrainingDataError: ``label`` or ``also`` names no column, or one that nothing can be learned from; the splits
            have unknown names; nothing is usable.
        SourceError: the source as a whole can't be read; ``catalog.errors`` has the kinds.
    """
    columns = None if source.is_dir() else _Columns(source, dict(mapping or {}), label)
    if columns is None:
        _refuse_columns_of_folder(source, label, also if also_needed else None)
        feed, heads = open_feed(source, mapping or {}), {}
    else:
        feed = open_feed(source, columns.mapping)
        usual = also is None or not also_needed
        heads = columns.find_heads(USUAL_HEADS if also is None else also, usual=usual)
    rows: list[tuple[str | None, ...]] = []
    rejects: list[Reject] = []
    for item in _fingerprinted(feed, progress=progress):
        if isinstance(item, Reject):
            rejects.append(_in_words_of(item, label))
        else:
            product, path, sha256 = item
            facts = (str(path), product.product_id, product.group_id or product.product_id, sha256, product.split)
            rows.append((*facts, product.category, *(_value(product, where) for where in heads.values())))
    if not rows:
        raise TrainingDataError(_describe_nothing(source, rejects))
    examples = pd.DataFrame(rows, columns=[*FACTS, MAIN_HEAD, *heads], dtype=object)
    _check_splits(source, examples)
    examples.attrs["heads"] = [MAIN_HEAD, *heads]
    return ReadExamples(without_plain_heads(examples, wanted=(also or ()) if also_needed else ()), rejects)


def check_classes(examples: pd.DataFrame, minimum: int = MIN_PHOTOS) -> None:
    """Refuse what no classifier can be made of, before hours are spent.

    Args:
        examples: as ``read_examples`` gives them, less those that couldn't be decoded.
        minimum: of photos in a class.

    Raises:
        TrainingDataError: fewer than two classes, or classes with too few photos; their names and counts are told.
    """
    counts = examples[MAIN_HEAD].value_counts()
    if len(counts) < 2:
        found = f"only {counts.index[0]!r}" if len(counts) else "none"
        raise TrainingDataError(
            f"A classifier needs at least two classes; there is {found}. "
            "Add photos of another class, or name another column with --label."
        )
    small = sorted((int(count), str(label)) for label, count in counts.items() if count < minimum)
    if small:
        named = ", ".join(f"{label} ({count})" for count, label in small[:_SHOWN])
        more = f" and {len(small) - _SHOWN} more" if len(small) > _SHOWN else ""
        raise TrainingDataError(
            f"{len(small)} of {len(counts)} classes have fewer than {minimum} photos: {named}{more}. "
            "Add photos, give them the label of a larger class, or take them out of the source."
        )


def drop_rows(examples: pd.DataFrame, rows: Collection[int]) -> pd.DataFrame:
    """The examples without some rows, numbered from 0 again, with their attributes."""
    left = examples.drop(index=list(rows)).reset_index(drop=True)
    left.attrs = dict(examples.attrs)
    return left


class _Columns:
    """A table's columns, and which of them are learned."""

    def __init__(self, source: Path, mapping: dict[str, str], label: str) -> None:
        self._name = source.name
        self.label = mapping.get(label, label)
        self.mapping = mapping
        if label != MAIN_HEAD:  # so a table without a category is read all the same
            self.mapping = {**mapping, MAIN_HEAD: self.label}
        # What isn't there at all, and a table without a category, open_feed explains.
        self._columns = list_columns(source, self.mapping) if source.is_file() else []
        if label != MAIN_HEAD and source.is_file():
            self._check("--label", label, self.label)

    def find_heads(self, names: Sequence[str], *, usual: bool) -> dict[str, str]:
        """Head -> field or attribute that holds its values; ``usual`` ones may be missing."""
        field_of = {self.mapping.get(field, field): field for field in UNDERSTOOD}
        heads: dict[str, str] = {}
        for name in names:
            column = self.mapping.get(name, name) if name != MAIN_HEAD else name
            if (usual and column not in self._columns) or column == self.label:
                continue
            self._check("--also", name, column)
            where = field_of.get(column, column)
            if name in (*FACTS, MAIN_HEAD) or (where in UNDERSTOOD and where not in NAMES):
                raise TrainingDataError(
                    f"--also {name}: {column!r} is no property to learn beside {self.label!r}, or its name is taken. "
                    "Rename the column or leave it out."
                )
            heads[name] = where
        return heads

    def _check(self, option: str, name: str, column: str) -> None:
        if column in self._columns:
            return
        by_folded = {other.casefold(): other for other in self._columns if other}
        near = difflib.get_close_matches(column.casefold(), by_folded, n=1)
        advice = f"Did you mean {option} {by_folded[near[0]]}?" if near else f"Name one of them with {option}."
        mapped = f" (mapped to {name})" if name != column else ""
        raise TrainingDataError(
            f"{self._name} has no column {column!r}{mapped}, which {option} names. "
            f"Its columns are: {', '.join(filter(None, self._columns))}. {advice}"
        )


def _refuse_columns_of_folder(source: Path, label: str, also: Sequence[str] | None) -> None:
    if label != MAIN_HEAD or also:
        option = f"--label {label}" if label != MAIN_HEAD else f"--also {','.join(also or ())}"
        raise TrainingDataError(
            f"{source} is a folder, whose folders are the classes; {option} is for tables, which have columns."
        )


def _fingerprinted(feed: Feed, *, progress: bool) -> Iterator[Reject | tuple[Product, Path, str]]:
    """Every photo that can be read, with its product and the SHA-256 of its bytes, in the source's order."""
    hide = not progress
    survey = survey_feed(feed, hide_progress=hide)
    with (
        ThreadPoolExecutor(count_threads()) as executor,
        tqdm(total=survey.photos, unit="photo", desc="looking", disable=hide) as bar,
    ):
        for batch in in_batches(merged_rows(feed, survey), _PHOTOS_PER_BATCH):
            paths = [path for item in batch if isinstance(item, FeedRow) for path in item.files]
            outcomes = iter(executor.map(_hash_file, paths))
            for item in batch:
                if isinstance(item, Reject):
                    yield item
                    continue
                for path in item.files:
                    sha256, reason = next(outcomes)
                    bar.update()
                    if reason:
                        yield Reject(item.row, item.product.product_id, str(path), reason)
                    else:
                        yield item.product, path, sha256


def _hash_file(path: Path) -> tuple[str, str]:
    """The SHA-256 of a file's bytes, or an empty text and why there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "", "This is not a file."  # opening a pipe would wait for ever
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), ""
    except FileNotFoundError:
        return "", "There is no such file."
    except (OSError, ValueError) as error:
        return "", f"The file can't be read: {error}."


def _value(product: Product, where: str) -> str | None:
    value: Any = product.value_of(where)
    return value


def _in_words_of(reject: Reject, label: str) -> Reject:
    """The table's reader calls the label's column category, whatever the person calls it."""
    return replace(reject, reason=f"{label} is empty.") if reject.reason == "category is empty." else reject


def _check_splits(source: Path, examples: pd.DataFrame) -> None:
    unknown = sorted(set(examples["split"].dropna()) - set(SPLITS))
    if unknown:
        raise TrainingDataError(
            f"{source.name} has splits called {', '.join(map(repr, unknown[:_SHOWN]))}; "
            f"{', '.join(SPLITS)} or nothing is needed. Correct them, or rename the column if it means something else."
        )


def without_plain_heads(examples: pd.DataFrame, wanted: Collection[str]) -> pd.DataFrame:
    """Without further heads of fewer than two values, which teach nothing; an error if one was asked for."""
    plain = [head for head in examples.attrs["heads"][1:] if examples[head].nunique() < 2]
    for head in plain:
        if head in wanted:
            values = examples[head].dropna().unique().tolist()
            raise TrainingDataError(
                f"--also {head}: the column has {f'only the value {values[0]!r}' if values else 'no values'}; "
                "at least two are needed to learn from. Leave it out."
            )
    left = examples.drop(columns=plain)
    left.attrs["heads"] = [head for head in examples.attrs["heads"] if head not in plain]
    return left


def _describe_nothing(source: Path, rejects: list[Reject]) -> str:
    if not rejects:
        return f"{source} holds no photos to learn from."
    first = rejects[0]
    place = f"row {first.row}" if first.row is not None else first.file or "a folder"
    return (
        f"Nothing in {source} can be used: {len(rejects):,} rows or photos were rejected, "
        f"the first ({place}) because: {first.reason}"
    )
