"""What imports and the last build couldn't use, read back from their files for whoever looks at a product."""

import csv
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

MOST_READ = 100_000  # rejects of one file; a shop with more has one cause to mend, not so many


@dataclass(frozen=True)
class ListedReject:
    """One photo or row that couldn't be used."""

    source: str  # the file that lists it, "import-..." or "index"
    product_id: str
    file: str  # the photo; empty where the whole row is at fault
    reason: str


@dataclass(frozen=True)
class _Read:
    """A file as it was read."""

    state: tuple[int, int]  # what changes with the file: its time and size
    by_product: dict[str, list[ListedReject]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0


class RejectLists:
    """The rejects below one directory, read anew when a file changes; safe to share between threads.

    Args:
        directory: where imports and builds leave their lists; it need not exist.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[Path, _Read] = {}
        self._lock = threading.Lock()

    def of(self, product_id: str) -> list[ListedReject]:
        """A product's rejects, those of imports first."""
        return [reject for read in self._current() for reject in read.by_product.get(product_id, ())]

    def product_ids(self) -> tuple[str, ...]:
        """The products with rejects, among them those that the catalogue doesn't have; each once."""
        return tuple(dict.fromkeys(key for read in self._current() for key in read.by_product if key))

    def count(self) -> int:
        """How many rejects there are."""
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
        except (OSError, UnicodeDecodeError, csv.Error):
            return None  # replaced or removed in this moment, or no list of ours


def _read(path: Path, state: tuple[int, int]) -> _Read:
    by_product: dict[str, list[ListedReject]] = defaultdict(list)
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            count += 1
            if count <= MOST_READ:
                product_id = row.get("product_id") or ""
                by_product[product_id].append(
                    ListedReject(path.stem, product_id, row.get("file") or "", row.get("reason") or "")
                )
    return _Read(state, dict(by_product), count)
