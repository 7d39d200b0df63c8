"""Photos that programs have sent: files named by their content, which are the only copies there are.

ab/abcd...         a photo, named by its SHA-256
ab/abcd....unused  empty; since when no product has it. A week later both files go
in-use.lock        held while photos are taken in and their products written, so that nobody cleans up meanwhile
"""

import hashlib
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from catalog.importing.photo_inspection import SoundPhoto
from catalog.repository import Catalog
from catalog.storage.photo_uses import used_fingerprints
from search.files import exclusive, holds, shared, written_aside
from search.photo import inspect_photo

UNUSED_SECONDS = 7 * 24 * 3600.0  # for which a photo without a product stays: a catalogue may be brought back
_MARK = ".unused"
_log = logging.getLogger(__name__)


class SentPhotos:
    """The photos that programs have sent; threads and processes may share them.

    Args:
        folder: where they lie; it is made when the first photo comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock_path = folder / "in-use.lock"

    def in_use(self) -> AbstractContextManager[None]:
        """A block within which no photo is removed: from taking photos in until their products are written."""
        return shared(self._lock_path)

    def keep(self, content: bytes) -> SoundPhoto:
        """Store a photo under its fingerprint, and return its facts; raises PhotoError, OSError."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.folder / sha256[:2] / sha256
        if not holds(path, content):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with written_aside(path) as aside:
                aside.write_bytes(content)
                inspect_photo(aside)
        _mark_of(path).unlink(missing_ok=True)
        facts = inspect_photo(path)
        modified = path.stat().st_mtime_ns
        return SoundPhoto(str(path), sha256, facts.size_bytes, modified, width=facts.width, height=facts.height)

    def remove_unused(self, choose_used: Callable[[list[str]], set[str]]) -> int:
        """Delete the photos that no product has had for a week, unless photos are just being taken in.

        Args:
            choose_used: of a list of SHA-256 fingerprints, those of the catalogue's photos.

        Returns:
            The number of photos that were deleted.
        """
        if not self.folder.is_dir():
            return 0
        try:
            with exclusive(self._lock_path):
                return sum(_tidy(folder, choose_used) for folder in sorted(self.folder.iterdir()) if folder.is_dir())
        except BlockingIOError:
            return 0  # the next import or build cleans up
        except OSError as error:
            _log.warning("Photos that no product has any more stay for now: %s", error.strerror or error)
            return 0


def remove_unused_photos(catalog: Catalog, folder: Path) -> int:
    """``SentPhotos.remove_unused`` by what a catalogue's products have."""
    return SentPhotos(folder).remove_unused(partial(used_fingerprints, catalog.database))


def _tidy(folder: Path, choose_used: Callable[[list[str]], set[str]]) -> int:
    sent = [path for path in folder.iterdir() if not path.suffix and not path.name.startswith(".")]
    used = choose_used([path.name for path in sent])
    removed = 0
    for path in sent:
        mark = _mark_of(path)
        if path.name in used:
            mark.unlink(missing_ok=True)
        elif not mark.exists():
            mark.touch()
        elif time.time() - mark.stat().st_mtime > UNUSED_SECONDS:
            path.unlink()
            mark.unlink()
            removed += 1
    return removed


def _mark_of(path: Path) -> Path:
    return path.with_name(path.name + _MARK)
