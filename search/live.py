"""The live engine: always the newest published snapshot, swapped in without making anyone wait.

Whatever is wrong with an index or a model ends in one state: ``current`` raises an error of the search package that
says what to do, and goes on raising it until something has changed. A snapshot is served as soon as it is open; its
checksums are compared in the background after that, and again whenever one of its files has changed on disk.
"""

import logging
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from search.background import work_beside
from search.engine import SearchEngine
from search.errors import DamagedSnapshotError, SearchError
from search.index.manifest import (
    BUILD,
    MANIFEST,
    MANIFEST_CHECKSUM,
    POINTER,
    current_snapshot,
    read_manifest,
    verify_snapshot,
)

_log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 0.5  # how often pointer and files are looked at; a stat call each
_RETRY_SECONDS = 15.0  # after which an index that couldn't be used is tried again, though nothing has changed

FileState = tuple[int, int, int] | None  # size in bytes, time of the last change, inode; None: not there


@dataclass(frozen=True)
class _State:
    """What is served, and what the index directory looked like when that was decided."""

    pointer: FileState = None
    engine: SearchEngine | None = None
    files: tuple[Path, ...] = ()  # of the served snapshot, as long as the pointer names it
    seen: tuple[FileState, ...] = ()  # of ``files``
    trouble: SearchError | None = None  # why there is no engine, or why a newer index isn't served
    tried_at: float = 0.0


class LiveEngine:
    """Hands out the engine of the live snapshot.

    The first one is opened while the caller waits. Later ones are opened and verified beside it and take over when they
    are ready; requests under way keep the engine they began with. If a new snapshot can't be opened the old one goes on
    serving. A snapshot that turns out to be damaged while it is served is served no longer.
    """

    def __init__(self, index_dir: Path, bundle_dir: Path) -> None:
        self._index_dir = index_dir
        self._bundle_dir = bundle_dir
        self._state = _State()
        self._looked = 0.0
        self._opening = threading.Lock()

    def current(self) -> SearchEngine:
        """The newest engine that is ready.

        Raises:
            IndexUnavailableError: there is none, and the index that is published (if any) can't be used.
            BundleError: the model can't be opened.
        """
        self._look()
        state = self._state
        if state.engine is None:
            state = self._open_while_waiting()
        if state.engine is None:
            raise state.trouble or DamagedSnapshotError(f"The index can't be used. {BUILD}")
        return state.engine

    @property
    def trouble(self) -> SearchError | None:
        """Why nothing can be searched, or why a newer index isn't served; None while all is well."""
        return self._state.trouble

    def _look(self) -> None:
        """Notice what has changed on disk; what takes long is done by a thread."""
        state, now = self._state, time.monotonic()
        if state.engine is None or now - self._looked < _LOOK_EVERY_SECONDS:
            return
        self._looked = now
        seen = _look_at(state.files)
        if _is_shorter(seen, state.seen):  # its vectors are mapped, and a page that is gone would end the process
            self._withdraw(state, DamagedSnapshotError(f"A file of the live index was cut off. {BUILD}"))
        elif (
            seen != state.seen or _look_at([self._pointer])[0] != state.pointer or _is_due(state)
        ) and self._opening.acquire(blocking=False):
            work_beside(self._opening, self._refresh, "snapshot-swap")

    def _open_while_waiting(self) -> _State:
        """Open an index where none is served; one that was found unusable before is verified first."""
        with self._opening:
            state = self._state
            changed = _look_at([self._pointer])[0] != state.pointer or _look_at(state.files) != state.seen
            if state.engine is not None or not (state.trouble is None or changed or _is_due(state)):
                return state
            opened = self._open()
            if opened.engine is not None and state.trouble is not None:
                opened = _verified(opened)
            self._settle(opened)
        if state.trouble is None and opened.engine is not None and self._opening.acquire(blocking=False):
            work_beside(self._opening, self._verify_served, "snapshot-verification")
        return opened

    def _refresh(self) -> None:
        """In a thread that holds the lock: serve what the pointer names, or verify what is served."""
        if _look_at([self._pointer])[0] == self._state.pointer and not _is_due(self._state):
            return self._verify_served()
        opened = _verified(self._open())
        if opened.engine is not None:
            self._settle(opened)
            _log.info("now serving index %s", opened.engine.snapshot.id)
        else:  # the old one goes on; its files are watched no longer, as builds tidy them away
            self._settle(replace(opened, engine=self._state.engine, files=(), seen=()))
        return None

    def _verify_served(self) -> None:
        """In a thread that holds the lock: verify what is served."""
        state = self._state
        if not state.files:
            return
        verified = _verified(replace(state, seen=_look_at(state.files)))
        if verified.trouble is not None and verified.engine is None:
            self._withdraw(state, verified.trouble, verified.seen)
        else:
            self._state = verified

    def _withdraw(self, state: _State, trouble: SearchError, seen: tuple[FileState, ...] | None = None) -> None:
        seen = _look_at(state.files) if seen is None else seen
        self._settle(replace(state, engine=None, trouble=trouble, seen=seen, tried_at=time.monotonic()))

    def _settle(self, state: _State) -> None:
        if state.trouble is not None and str(state.trouble) != str(self._state.trouble or ""):
            consequence = "nothing can be searched" if state.engine is None else "the old one goes on"
            _log.error("The index can't be used, %s: %s", consequence, state.trouble)
        self._state = state

    def _open(self) -> _State:
        """The live snapshot opened, or why it can't be."""
        (pointer,) = _look_at([self._pointer])
        state = _State(pointer=pointer, tried_at=time.monotonic())
        try:
            path = current_snapshot(self._index_dir)
            files = (path / MANIFEST, path / MANIFEST_CHECKSUM, *(path / name for name in read_manifest(path).files))
            state = replace(state, files=files, seen=_look_at(files))
            return replace(state, engine=SearchEngine.open(self._index_dir, self._bundle_dir))
        except SearchError as error:
            return replace(state, trouble=error)
        except Exception as error:
            _log.debug("opening the index failed", exc_info=True)
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            return replace(state, trouble=DamagedSnapshotError(f"The index can't be opened ({reason}). {BUILD}"))

    @property
    def _pointer(self) -> Path:
        return self._index_dir / POINTER


def _verified(state: _State) -> _State:
    """The same state, or one without an engine if a file differs from its checksum."""
    if state.engine is None or not state.files:
        return state
    path = state.files[0].parent
    try:
        verify_snapshot(path, read_manifest(path))
    except DamagedSnapshotError as error:
        return replace(state, engine=None, trouble=error)
    return state


def _is_due(state: _State) -> bool:
    return state.trouble is not None and time.monotonic() - state.tried_at > _RETRY_SECONDS


def _look_at(files: tuple[Path, ...] | list[Path]) -> tuple[FileState, ...]:
    """Whatever changes when a file is replaced or written to."""
    found: list[FileState] = []
    for file in files:
        try:
            status = file.stat()
        except (OSError, ValueError):
            found.append(None)
        else:
            found.append((status.st_size, status.st_mtime_ns, status.st_ino))
    return tuple(found)


def _is_shorter(now: tuple[FileState, ...], before: tuple[FileState, ...]) -> bool:
    """Whether one of several files was cut off in its place."""
    pairs = zip(now, before, strict=True)
    return any(new is not None and old is not None and new[2] == old[2] and new[0] < old[0] for new, old in pairs)
