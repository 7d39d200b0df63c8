"""The photos and rows that imports and the last build couldn't use, read from their files and found by product."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from catalog.spreadsheets import read_table

MOST_READ = 100_000  # rejects of one file that are found by product; the rest is only counted


@dataclass(frozen=True)
class ListedReject:
    """One photo or row that couldn't be used."""

    source: str  # name of the file that lists it: "import-..." or "index"
    product_id: str
    file: str  # the photo; empty where the whole row is at fault
    reason: str
    field: str = ""  # whose value is meant; empty where it is the whole row, or a photo


@dataclass(frozen=True)
class _Read:
    """The content of one file."""

    state: tuple[int, int]  # the file's modification time and size, by which a change is noticed
    by_product: dict[str, list[ListedReject]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0


class RejectLists:
    """The rejects, or the warnings, of all files in a directory; threads may share one object.

    Files are read again when they change.

    Args:
        directory: the directory of the files; it need not exist.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[Path, _Read] = {}
        self._lock = threading.Lock()

    def of(self, product_id: str) -> list[ListedReject]:
        """The rejects of a product, those of imports first."""
        return [reject for read in self._current() for reject in read.by_product.get(product_id, ())]

    def product_ids(self) -> tuple[str, ...]:
        """The ids of all products with rejects, each once; the catalogue need not hold these products."""
        return tuple(dict.fromkeys(key for read in self._current() for key in read.by_product if key))

    def count(self) -> int:
        """The number of all rejects."""
        return sum(read.count for read in self._current())

    def _current(self) -> list[_Read]:
        with self._lock:
            paths = sorted(self._directory.glob("*.csv"), key=lambda path: (not path.stem.startswith("import"), path))
            self._read = {path: read for path in paths if (read := self._look_at(path)) is not None}
            return list(self._read.values())

    def _look_at(self, path: Path) -> _Read | None:
        try:
            status = path.stat()
            state = (status.st_mtime_ns, status.st_size)
            known = self._read.get(path)
            return known if known is not None and known.state == state else _read(path, state)
        except (OSError, UnicodeDecodeError):
            return None  # the file is being replaced or removed, or is no list of rejects


def _read(path: Path, state: tuple[int, int]) -> _Read:
    by_product: dict[str, list[ListedReject]] = defaultdict(list)
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in read_table(file):
            count += 1
            if count <= MOST_READ:
                product_id = row.get("product_id") or ""
                texts = (row.get(name) or "" for name in ("file", "reason", "field"))
                by_product[product_id].append(ListedReject(path.stem, product_id, *texts))
    return _Read(state, dict(by_product), count)
