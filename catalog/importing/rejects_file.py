"""The lists of the rows and photos that an import couldn't use or couldn't trust, for those who can correct them."""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

from catalog.errors import CatalogError
from catalog.feeds import Reject
from catalog.settings import rejects_dir, warnings_dir
from catalog.spreadsheets import csv_line

_REASONS_SHOWN = 5
_MAX_CHARACTERS = 4000  # of a cell, so that every reader of CSV takes it; no path is longer


class RejectsFile:
    """A CSV file with the columns ``row,product_id,field,file,reason``; each import replaces that of its source.

    ``row`` is the line in the source, and is empty for a folder, which has no lines. ``file`` is empty where the whole
    row is at fault, and ``field`` unless the value of one field is meant. If there are no rejects, there is no file.
    The file's name is derived from the source's location.
    """

    def __init__(self, location: Path | str) -> None:
        self.path = self._directory() / f"import-{name_list(location)}.csv"
        self.rows = 0
        self.photos = 0
        self.nameless = 0  # rejects of which it isn't known which product is meant
        self.first: list[Reject] = []
        self.fields: Counter[str] = Counter()  # field -> rejects of its values
        self.product_ids: set[str] = set()
        # Of this import alone: a scheduled one and one from the studio may read the same source at once.
        self._unfinished = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._file.write(csv_line(["row", "product_id", "field", "file", "reason"]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        told = error is None or isinstance(error, CatalogError)
        if told and self.first:
            self._unfinished.replace(self.path)
            return
        self._unfinished.unlink(missing_ok=True)
        if told:
            self.path.unlink(missing_ok=True)

    def add(self, reject: Reject) -> None:
        """Write one reject to the file."""
        cells = (reject.product_id, reject.field, reject.file, reject.reason)
        self._file.write(csv_line(["" if reject.row is None else reject.row, *map(_bounded, cells)]))
        self.photos += reject.is_photo
        self.rows += not reject.is_photo
        self.nameless += not reject.names_product
        self.product_ids.add(reject.product_id)
        if reject.field:
            self.fields[reject.field] += 1
        if len(self.first) < _REASONS_SHOWN:
            self.first.append(reject)

    @staticmethod
    def _directory() -> Path:
        return rejects_dir()


class WarningsFile(RejectsFile):
    """As a ``RejectsFile``, for products that were imported without a value or with one that isn't certain."""

    @staticmethod
    def _directory() -> Path:
        return warnings_dir()


def remove_lists(location: Path | str, directories: Iterable[Path]) -> None:
    """Delete the lists of a source that doesn't belong to the catalogue any more.

    Args:
        location: the source.
        directories: where lists lie, those of rejects and those of warnings.
    """
    for directory in directories:
        (directory / f"import-{name_list(location)}.csv").unlink(missing_ok=True)


def _bounded(cell: str) -> str:
    return cell if len(cell) <= _MAX_CHARACTERS else f"{cell[:_MAX_CHARACTERS]}..."


def name_list(location: Path | str) -> str:
    """A readable file name for a source, which differs from that of a source of the same name in another folder."""
    named = PurePath(location)
    readable = re.sub(r"[^\w]+", "-", f"{named.parent.name}-{named.name}".casefold()).strip("-_")
    digest = hashlib.sha256(str(location).encode(errors="surrogateescape")).hexdigest()
    return f"{readable[:60]}-{digest[:6]}"
