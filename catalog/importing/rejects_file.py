"""The list of the rows and photos that an import couldn't use, for the people who can correct them."""

import csv
import hashlib
import re
from pathlib import Path
from types import TracebackType

from catalog.errors import CatalogError
from catalog.feeds import Reject
from catalog.settings import rejects_dir

_REASONS_SHOWN = 5


class RejectsFile:
    """A CSV file with the columns ``row,product_id,file,reason``; each source has one, which each import replaces.

    ``row`` is the line in the source, and is empty for a folder, which has no lines. ``file`` is empty where the whole
    row is at fault. If there are no rejects, there is no file. The file's name is derived from the source's location.
    """

    def __init__(self, location: Path) -> None:
        self.path = rejects_dir() / f"import-{_slug(location)}.csv"
        self.rows = 0
        self.photos = 0
        self.first: list[Reject] = []
        self.product_ids: set[str] = set()
        self._unfinished = self.path.with_suffix(".part")

    def __enter__(self) -> "RejectsFile":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(["row", "product_id", "file", "reason"])
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
        self._writer.writerow(["" if reject.row is None else reject.row, reject.product_id, reject.file, reject.reason])
        self.photos += reject.is_photo
        self.rows += not reject.is_photo
        self.product_ids.add(reject.product_id)
        if len(self.first) < _REASONS_SHOWN:
            self.first.append(reject)


def _slug(location: Path) -> str:
    """A readable file name for a source, which differs from that of a source of the same name in another folder."""
    readable = re.sub(r"[^\w]+", "-", f"{location.parent.name}-{location.name}".casefold()).strip("-_")
    digest = hashlib.sha256(str(location).encode(errors="surrogateescape")).hexdigest()
    return f"{readable[:60]}-{digest[:6]}"
