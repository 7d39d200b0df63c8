"""Where the photos lie that an export names: in a folder, and never outside it, or on the web, to be downloaded."""

import os
import unicodedata
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from catalog.errors import SourceError
from catalog.feeds.folder_listing import readable_name
from catalog.feeds.rows import WebPhoto

_HOW = "Download the photos into a folder and name it with --images DIR"


class PhotoPlaces:
    """Finds the photos of an export below one folder.

    Args:
        folder: the folder, which the person who imports has named; None for the folder of the export, in which only
            photos that the export names by a path are looked for.
        beside: the folder of the export.
        web: whether addresses are photos to download, where no folder is named.
        media_base: the address below which photos lie that are named without one, for those who download.

    Raises:
        SourceError: the folder doesn't exist.
    """

    def __init__(self, folder: Path | None, beside: Path, *, web: bool = False, media_base: str | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise SourceError(f"--images {folder} is no folder. {_HOW}.")
        if folder is not None and readable_name(folder.absolute()) != str(folder.absolute()):
            raise SourceError(f"--images {readable_name(folder)} is not valid UTF-8. Rename the folder.")
        self._is_named = folder is not None
        self._is_web = web and folder is None
        self._media_base = media_base.rstrip("/") if media_base and self._is_web else None
        self._folder = os.path.abspath(folder or beside)  # noqa: PTH100 (Path.resolve would follow links)
        self._by_name: dict[str, list[str]] | None = None

    def find(self, written: str) -> Path | WebPhoto:
        """The file of a photo, or its address.

        Args:
            written: the photo's address, path or file name, as the export has it.

        Raises:
            ValueError: it can't be found; the message says why, as a sentence.
        """
        is_address = is_web_address(written)
        if is_address and self._is_web:
            return WebPhoto(f"https:{written}" if written.startswith("//") else written)
        if is_address and not self._is_named:
            raise ValueError(f"This is a web address; photos must be local files. {_HOW}.")
        path = unquote(urlsplit(written).path) if is_address else written.replace("\\", "/")
        parts = [part for part in PurePosixPath(path).parts if part not in ("/", ".")]
        if not parts or ".." in parts or "\0" in path:
            raise ValueError("This names no file in the folder of the photos.")
        if self._media_base:
            return WebPhoto(f"{self._media_base}/{quote('/'.join(parts), safe='/%')}")
        if not is_address:
            direct = Path(self._folder, *parts)
            if not self._is_named or os.path.isfile(direct):  # noqa: PTH113 (False also for a name that is too long)
                return direct
        return Path(self._folder, self._look_up(parts))

    def _look_up(self, parts: list[str]) -> str:
        """The path of the file with this name; of several, the one whose folders agree best with the address."""
        found = self._names().get(_spell(parts[-1]), [])
        if not found:
            raise ValueError(f"No file named {parts[-1]!r} lies in {self._folder}.")
        agreement = {path: _count_common_end(Path(path).parts, parts) for path in found}
        best = [path for path, count in agreement.items() if count == max(agreement.values())]
        if len(best) > 1:
            names = " and ".join(map(readable_name, best[:2]))
            raise ValueError(f"{len(best)} files are named {parts[-1]!r}, such as {names}; keep one.")
        if readable_name(best[0]) != best[0]:
            raise ValueError(f"The photo's folder, {readable_name(best[0])}, is not valid UTF-8. Rename it.")
        return best[0]

    def _names(self) -> dict[str, list[str]]:
        """File name -> paths below the folder."""
        if self._by_name is None:
            self._by_name = {}
            for folder, _, files in os.walk(self._folder):
                for name in files:
                    path = os.path.relpath(os.path.join(folder, name), self._folder)  # noqa: PTH118 (many files)
                    # A program that downloads addresses may keep what stands behind a question mark in the name.
                    self._by_name.setdefault(_spell(name.partition("?")[0]), []).append(path)
        return self._by_name


def is_web_address(written: str) -> bool:
    """Whether a photo is named by its address."""
    return written.startswith("//") or "://" in written[:12]


def _spell(name: str) -> str:
    """A file name with accents in one character, as some systems store them and others don't."""
    return unicodedata.normalize("NFC", name)


def _count_common_end(one: tuple[str, ...], other: list[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    count = 0
    for mine, theirs in pairs:
        if mine != theirs:
            break
        count += 1
    return count
