"""The list of what an import couldn't use, for the people who can correct it."""

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
    """A CSV file with ``row,product_id,file,reason``: one per source, replaced by each import of it.

    ``row`` is the line in the source, empty where it has none (a folder); ``file`` is empty where the whole row is at
    fault. Without rejects there is no file. The name comes from the source, so that it can be found again.
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
        """Write one reject down."""
        self._writer.writerow(["" if reject.row is None else reject.row, reject.product_id, reject.file, reject.reason])
        self.photos += reject.is_photo
        self.rows += not reject.is_photo
        self.product_ids.add(reject.product_id)
        if len(self.first) < _REASONS_SHOWN:
            self.first.append(reject)


def _slug(location: Path) -> str:
    """A file name for a source: readable, and different for sources of the same name in different places."""
    readable = re.sub(r"[^\w]+", "-", f"{location.parent.name}-{location.name}".casefold()).strip("-_")
    digest = hashlib.sha256(str(location).encode(errors="surrogateescape")).hexdigest()
    return f"{readable[:60]}-{digest[:6]}"
