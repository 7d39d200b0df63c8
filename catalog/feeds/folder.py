"""Products from photos that lie in one folder per class, with or without folders for the splits above them."""

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
    """A folder of class folders; each photo is a product, named by its path below the root.

    A file counts as a photo by its content, but only one with a photo's extension or none is looked at; the others
    are counted as ignored. Hidden and system files don't count at all.

    Raises:
        SourceError: photos lie in the folder, but no class folder does.
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
        """Every photo, sorted by path."""
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
            if not deeper.is_symlink():  # a link may lead back up
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
    """The files and folders in a folder, each sorted by name, and why it can't be listed if so."""
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
