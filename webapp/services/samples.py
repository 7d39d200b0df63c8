"""Sample photos that a visitor who has no photo at hand can try."""

import csv
import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

SETTING = "VITRINA_SAMPLES"
TABLE = "shopper.csv"  # columns photo (relative to the table) and category
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic"})
SHOWN = 6

_log = logging.getLogger("webapp")


@dataclass(frozen=True)
class Sample:
    """One sample photo."""

    number: int  # from 1; part of its address
    path: Path
    sha256: str
    category: str | None


def find_samples(home: Path) -> tuple[Sample, ...]:
    """Up to ``SHOWN`` sample photos, of as many categories as possible; none if no folder of samples can be read.

    Args:
        home: the data directory. Samples lie in its folder ``demo``, or in the folder that ``VITRINA_SAMPLES`` names.
    """
    directory = Path(os.environ.get(SETTING) or home / "demo").absolute()
    try:
        chosen = _spread(_listed(directory))
        return tuple(
            Sample(number, path, hashlib.sha256(path.read_bytes()).hexdigest(), category)
            for number, (path, category) in enumerate(chosen, start=1)
        )
    except (OSError, ValueError, csv.Error) as error:  # the shop is worth more than its samples
        _log.warning("The sample photos in %s can't be read, so none is offered: %s", directory, error)
        return ()


def _listed(directory: Path) -> list[tuple[Path, str | None]]:
    """The photos that the folder's table names; without a table, the photos of the folder that the setting names."""
    table = directory / TABLE
    if table.is_file():
        with table.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets begin UTF-8 with a mark
            reader = csv.DictReader(file)
            if "photo" not in (reader.fieldnames or ()):
                raise ValueError(f"{TABLE} has no column photo; columns have commas between them")
            rows = [(directory / row["photo"], row.get("category")) for row in reader if row.get("photo")]
        return [(path, category) for path, category in rows if _inside(path, directory)]
    if not os.environ.get(SETTING) or not directory.is_dir():
        return []
    return [(path, None) for path in sorted(directory.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]


def _inside(path: Path, directory: Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(directory.resolve())


def _spread(listed: list[tuple[Path, str | None]]) -> list[tuple[Path, str | None]]:
    """One photo of each category in turn, until there are enough; both in the folder's order."""
    by_category: dict[str | None, list[tuple[Path, str | None]]] = {}
    for path, category in listed:
        by_category.setdefault(category, []).append((path, category))
    longest = max(map(len, by_category.values()), default=0)
    turns = [group[turn] for turn in range(longest) for group in by_category.values() if turn < len(group)]
    return turns[:SHOWN]
