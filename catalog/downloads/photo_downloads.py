"""Downloads the photos of an import, several at a time, each address once."""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog.downloads.fetching import Fetcher, read_address
from catalog.downloads.hosts import Hosts
from catalog.downloads.photo_kinds import find_suffix
from catalog.downloads.photo_store import PhotoStore, StoredPhoto
from catalog.downloads.settings import DownloadSettings
from catalog.errors import DownloadError
from search.files import shared
from search.photo import MAX_BYTES

MAX_SECONDS = 60.0  # for a photo
_AT_A_TIME = 16  # downloads of all hosts together
_ENDED = "The import has ended."
NEW, UNCHANGED, RESUMED, FAILED = "new", "unchanged", "downloaded before the import broke off", "failed"


@dataclass(frozen=True)
class Download:
    """What came of one address."""

    path: Path | None  # the photo's file; None if there is none
    problem: str = ""  # a sentence; with a path: why the copy of an earlier import stands in
    outcome: str = FAILED  # NEW, UNCHANGED, RESUMED or FAILED


class PhotoDownloads:
    """The downloads of one import, which share connections, pauses and what was tried already.

    An import that is killed leaves what it has downloaded; the next one of the same source doesn't ask for that again.
    One that ended is followed by one that asks for every photo, on the condition that it has changed. Until the block
    ends nobody deletes a photo: an import leaves it when the catalogue holds what was downloaded.

    Args:
        store: where the photos lie.
        source: what names the source of the import.
        settings: of downloads.
        hosts: who decides about further tries.
    """

    def __init__(self, store: PhotoStore, source: str, settings: DownloadSettings, hosts: Hosts | None = None) -> None:
        self._store = store
        self._source = source
        self._settings = settings
        self._fetcher = Fetcher(settings)
        self._over = threading.Event()
        self._hosts = hosts or Hosts(self._over.wait)  # which waits no longer when the import is stopped
        self._begun_at: float | None = None
        self.counts: Counter[str] = Counter()  # what came of addresses -> number of photos
        self._stack = ExitStack()
        self._executor = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="download")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._executor.shutdown(cancel_futures=True)
        self._fetcher.close()
        if self._begun_at is not None and kind is None:
            with suppress(OSError):  # then the next import takes it for one that broke off, and asks for less
                self._store.end(self._source)
        self._store.close()
        self._stack.close()

    def fetch_all(self, addresses: Iterable[str]) -> Iterator[tuple[str, Download]]:
        """Every address with what came of it, in the order in which they come; each host has its turn."""
        waiting: dict[str, deque[str]] = defaultdict(deque)
        results: dict[str, Download] = {}
        for address in dict.fromkeys(addresses):
            try:
                waiting[str(read_address(address).host)].append(address)
            except DownloadError as error:
                results[address] = Download(None, str(error))
        self.counts[FAILED] += len(results)
        yield from results.items()
        if waiting:
            self._begin()
        running: dict[Future[Download], tuple[str, str]] = {}
        active: dict[str, int] = defaultdict(int)
        while waiting or running:
            for host in list(waiting):
                while waiting[host] and active[host] < self._settings.per_host and len(running) < 2 * _AT_A_TIME:
                    address = waiting[host].popleft()
                    running[self._executor.submit(self._fetch, host, address)] = host, address
                    active[host] += 1
                if not waiting[host]:
                    del waiting[host]
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                host, address = running.pop(future)
                active[host] -= 1
                self.counts[future.result().outcome] += 1
                yield address, future.result()

    def forget(self, address: str) -> None:
        """Have a photo downloaded anew by the next import, since the file that came can't be used."""
        self._store.forget(address)

    def _begin(self) -> None:
        if self._begun_at is None:
            self._stack.enter_context(shared(self._store.lock_path))
            self._begun_at = self._store.begin(self._source)

    def _fetch(self, host: str, address: str) -> Download:
        """Download one photo, unless this import has it already."""
        if self._over.is_set():
            return Download(None, _ENDED)
        try:
            known = self._store.find(address)
            if known.file and known.tried_at >= (self._begun_at or 0) and not known.problem:
                return Download(self._store.path(known.file), outcome=RESUMED)
            return self._download(host, known)
        except OSError as error:  # a full disk
            return Download(None, f"The photo can't be kept: {error.strerror or error}.")

    def _download(self, host: str, known: StoredPhoto) -> Download:
        """Download one photo, in as many tries as it takes; raises OSError if it can't be kept."""
        try:
            return self._hosts.attempt(host, lambda: self._ask(known))
        except DownloadError as error:
            if not self._over.is_set():
                self._store.note_problem(known, str(error))
            return _stand_in(self._store, known, str(error))

    def _ask(self, known: StoredPhoto) -> Download:
        if self._over.is_set():
            raise DownloadError(_ENDED)
        content = bytearray()
        version = known.version if known.file else None
        fetched = self._fetcher.fetch(
            known.address, content.extend, max_bytes=MAX_BYTES, max_seconds=MAX_SECONDS, known=version
        )
        if fetched.unchanged:
            return Download(self._store.note_unchanged(known), outcome=UNCHANGED)
        suffix = find_suffix(bytes(content[:1024]), fetched.content_type)
        path = self._store.add(known.address, bytes(content), suffix, fetched.version)
        return Download(path, outcome=UNCHANGED if path == self._store.path(known.file) else NEW)


def _stand_in(store: PhotoStore, known: StoredPhoto, problem: str) -> Download:
    if not known.file:
        return Download(None, problem)
    day = datetime.fromtimestamp(known.downloaded_at, UTC).strftime("%d %b %Y")
    return Download(store.path(known.file), f"{problem} The copy of {day} is used.")
