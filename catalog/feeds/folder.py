"""Products from photos in one folder per class; the class folders may lie in folders for the splits."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import SourceError
from catalog.feeds.rows import FeedRow, Reject
from catalog.feeds.values import is_split, parse_split
from catalog.products import PHOTO_SUFFIXES, Product

LAYOUT = "one folder per class with its photos in it, as ROOT/MEN_Coats/1.jpg or ROOT/train/MEN_Coats/1.jpg"

_SYSTEM_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir"})
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})


class FolderFeed:
    """A folder of class folders. Each photo is a product, whose id is the photo's path below the root.

    Only files with a photo's extension or with no extension are read as products; whether they are photos is decided
    later, by their content. Other files are counted as ignored, and hidden files and system files are passed over.

    Raises:
        SourceError: the folder can't be read, or there is no class folder in it.
    """

    def __init__(self, path: Path) -> None:
        self.location = Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self.notes: list[str] = []
        self._ignored: Counter[str] = Counter()
        files, folders, problem = _list(self.location)
        if problem:
            raise SourceError(f"{path} can't be read: {problem}.")
        self._tables = [file.name for file in files if Path(file.name).suffix.lower() in _TABLE_SUFFIXES]
        if not folders:
            raise SourceError(
                f"{path} has no class folders{self._describe(files)}. Vitrina needs {LAYOUT}"
                + (f"; or import the table itself: {path / self._tables[0]}." if self._tables else ".")
            )

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every photo as a product, ordered by folder and file name."""
        self._ignored.clear()
        files, folders, _ = _list(self.location)
        yield from self._loose(files, f"not in a class folder; Vitrina needs {LAYOUT}")
        for folder in folders:
            if is_split(folder.name):
                yield from self._split(folder)
            else:
                yield from self._class(folder, folder.name, None)
        self.notes = self._describe_notes()

    def _split(self, folder: os.DirEntry[str]) -> Iterator[FeedRow | Reject]:
        files, classes, problem = _list(folder.path)
        if problem:
            yield self._unreadable(folder.path, problem)
        yield from self._loose(files, f"in {folder.name}/ but not in a class folder; Vitrina needs {LAYOUT}")
        for one in classes:
            yield from self._class(one, one.name, parse_split(folder.name))

    def _class(self, folder: os.DirEntry[str], category: str, split: str | None) -> Iterator[FeedRow | Reject]:
        files, folders, problem = _list(folder.path)
        if problem:
            yield self._unreadable(folder.path, problem)
        for file in files:
            if not self._may_be_photo(file):
                continue
            product_id = self._relative(file.path)
            try:
                product_id.encode()
            except UnicodeEncodeError:
                name = os.fsencode(file.path).decode("utf-8", errors="replace")
                yield Reject(None, "", name, "The file name is not valid UTF-8. Rename the file.")
                continue
            yield FeedRow(None, Product(product_id, category, split=split), (Path(file.path),))
        for deeper in folders:
            if not deeper.is_symlink():  # a link may lead back to a folder above
                yield from self._class(deeper, category, split)

    def _loose(self, files: list[os.DirEntry[str]], reason: str) -> Iterator[Reject]:
        for file in files:
            if self._may_be_photo(file):
                yield Reject(None, self._relative(file.path), file.path, f"The photo lies {reason}.")

    def _unreadable(self, path: str, problem: str) -> Reject:
        return Reject(None, "", path, f"The folder can't be read: {problem}.")

    def _relative(self, path: str) -> str:
        return Path(path).relative_to(self.location).as_posix()

    def _may_be_photo(self, file: os.DirEntry[str]) -> bool:
        suffix = Path(file.name).suffix.lower()
        if suffix and suffix not in PHOTO_SUFFIXES:
            self._ignored[suffix] += 1
            return False
        return True

    def _describe(self, files: list[os.DirEntry[str]]) -> str:
        photos = sum(map(self._may_be_photo, files))
        return f"; {photos} photos lie directly in it" if photos else " and no photos"

    def _describe_notes(self) -> list[str]:
        notes = []
        if self._ignored:
            suffixes = ", ".join(sorted(self._ignored))
            notes.append(
                f"Files that are no photos by their name were ignored: {self._ignored.total():,} ({suffixes})."
            )
        if self._tables:
            notes.append(
                f"The folder was imported as classes of photos. It also holds {self._tables[0]}; "
                f"if that describes the products, import {self.location / self._tables[0]} instead."
            )
        return notes


def _list(path: str | Path) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]], str]:
    """The files and the folders in a folder, each sorted by name, and the reason if it can't be listed."""
    try:
        with os.scandir(path) as entries:
            seen = sorted((entry for entry in entries if _is_ours(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        return [], [], error.strerror or str(error)
    folders = [entry for entry in seen if entry.is_dir()]
    files = [entry for entry in seen if entry.is_file() or (entry.is_symlink() and not entry.is_dir())]
    return files, folders, ""


def _is_ours(name: str) -> bool:
    return not name.startswith(".") and name.casefold() not in _SYSTEM_NAMES
