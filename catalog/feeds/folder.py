"""Products from photos in one folder per class; the class folders may lie in folders for the splits."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import SourceError
from catalog.feeds.folder_listing import Listing, list_folder, readable_name
from catalog.feeds.folder_splits import find_splits
from catalog.feeds.rows import FeedRow, Reject
from catalog.feeds.values import parse_product_id, parse_split
from catalog.products import PHOTO_SUFFIXES, Product
from catalog.spelling import tidy_name

LAYOUT = "one folder per class with its photos in it, as ROOT/MEN_Coats/1.jpg or ROOT/train/MEN_Coats/1.jpg"

_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})
_NAMED_IN_NOTES = 3


class FolderFeed:
    """A folder of class folders. Each photo is a product, whose id is the photo's path below the root.

    Only files with a photo's extension or with no extension are read as products; whether they are photos is decided
    later, by their content. Other files are counted as ignored, and hidden files and system files are passed over.
    Links to folders are followed, unless they lead to what is in the source already.

    Raises:
        SourceError: the folder can't be read, or there is no class folder in it.
    """

    notes: list[str]
    left_out: set[str]
    empty_classes: list[str]
    incomplete = ""  # each folder that can't be read is a reject of its own

    def __init__(self, path: Path) -> None:
        self.location = Path(os.path.abspath(path))  # noqa: PTH100 (Path.resolve would follow a "current" link)
        self._real_location = os.path.realpath(self.location)
        self.left_out = set()  # every photo of a folder is for sale
        self._forget_reading()
        listing = list_folder(self.location)
        if listing.problem:
            raise SourceError(f"{path} can't be read: {listing.problem}.")
        self._tables = [file.name for file in listing.files if Path(file.name).suffix.lower() in _TABLE_SUFFIXES]
        if not listing.folders:
            raise SourceError(
                f"{path} has no class folders{self._describe(listing)}. Vitrina needs {LAYOUT}"
                + (f"; or import the table itself: {path / self._tables[0]}." if self._tables else ".")
            )

    def rows(self) -> Iterator[FeedRow | Reject]:
        """Every photo as a product, ordered by folder and file name."""
        self._forget_reading()
        listing = list_folder(self.location)
        yield from self._outside_classes(listing, self.location, f"not in a class folder; Vitrina needs {LAYOUT}")
        splits, remarks = find_splits(listing.folders)
        for folder in listing.folders:
            if folder.name in splits:
                yield from self._split(folder)
            else:
                yield from self._class(folder, None)
        self.notes = self._describe_notes() + remarks

    def _forget_reading(self) -> None:
        self.notes = []
        self.empty_classes = []
        self._ignored: Counter[str] = Counter()
        self._bins: list[str] = []
        self._known_links: list[str] = []

    def _split(self, folder: os.DirEntry[str]) -> Iterator[FeedRow | Reject]:
        listing = list_folder(folder.path)
        reason = f"in {folder.name}/ but not in a class folder; Vitrina needs {LAYOUT}"
        yield from self._outside_classes(listing, Path(folder.path), reason)
        for one in listing.folders:
            yield from self._class(one, parse_split(folder.name))

    def _class(self, folder: os.DirEntry[str], split: str | None) -> Iterator[FeedRow | Reject]:
        category, empty = tidy_name(readable_name(folder.name)) or folder.name, True
        for path, listing in self._folders_of_class(folder.path):
            yield from self._unusable(listing, Path(path))
            empty = empty and not (listing.problem or listing.unreachable or listing.placeholders)
            for file in filter(self._may_be_photo, listing.files):
                empty = False
                yield self._photo(file, category, split)
        if empty:
            self.empty_classes.append(category)

    def _folders_of_class(self, root: str) -> Iterator[tuple[str, Listing]]:
        """The folder of a class and all folders in it, each before those that it holds; linked ones once."""
        waiting, visited = [root], set[tuple[int, int] | None]()
        while waiting:
            path = waiting.pop()
            identity = _identify(path)
            if identity is not None and identity in visited:
                self._known_links.append(self._relative(path))
                continue
            visited.add(identity)
            listing = list_folder(path)
            yield path, listing
            deeper = []
            for folder in listing.folders:
                if folder.is_symlink() and self._holds_or_is_held(folder.path):
                    self._known_links.append(self._relative(folder.path))
                else:
                    deeper.append(folder.path)
            waiting += reversed(deeper)

    def _holds_or_is_held(self, link: str) -> bool:
        """Whether a link leads to a folder of this source, or to one above it."""
        target = os.path.realpath(link)
        return os.path.commonpath([target, self._real_location]) in (target, self._real_location)

    def _photo(self, file: os.DirEntry[str], category: str, split: str | None) -> FeedRow | Reject:
        product_id = self._relative(file.path)
        if readable_name(product_id) != product_id:
            return Reject(None, "", readable_name(file.path), "The file name is not valid UTF-8. Rename the file.")
        try:
            parse_product_id(product_id)
        except ValueError as error:  # such as a line break in it, which no address of a page may have
            return Reject(None, "", file.path, f"The path can't be a product's id: {error}. Rename the file or folder.")
        return FeedRow(None, Product(product_id, category, split=split), (Path(file.path),))

    def _outside_classes(self, listing: Listing, path: Path, reason: str) -> Iterator[Reject]:
        """What can't be used of a folder that holds classes."""
        yield from self._unusable(listing, path)
        for file in filter(self._may_be_photo, listing.files):
            yield self._reject_photo(file.path, f"The photo lies {reason}.")

    def _unusable(self, listing: Listing, path: Path) -> Iterator[Reject]:
        """What a folder holds, or seems to hold, that can't be read. It may stand for any number of products."""
        self._bins += [self._relative(path / name) for name in listing.bins]
        if listing.problem:
            yield Reject(None, "", readable_name(path), f"The folder can't be read: {listing.problem}.")
        for entry, reason in listing.unreachable:
            sentence = f"There may be a folder of photos here, but it can't be reached: {reason}."
            yield Reject(None, "", readable_name(entry.path), sentence)
        for name in listing.placeholders:
            yield self._reject_photo(path / name, "The photo is in iCloud and not on this disk. Download it.")

    def _reject_photo(self, path: str | Path, reason: str) -> Reject:
        """A photo that can't be used; one whose name is no text has no id."""
        product_id, name = self._relative(path), readable_name(path)
        return Reject(None, product_id if name == str(path) else "", name, reason)

    def _relative(self, path: str | Path) -> str:
        return Path(path).relative_to(self.location).as_posix()

    def _may_be_photo(self, file: os.DirEntry[str]) -> bool:
        suffix = Path(file.name).suffix.lower()
        if suffix and suffix not in PHOTO_SUFFIXES:
            self._ignored[suffix] += 1
            return False
        return True

    def _describe(self, listing: Listing) -> str:
        photos = sum(map(self._may_be_photo, listing.files))
        if listing.unreachable:
            names = ", ".join(entry.name for entry, _ in listing.unreachable[:_NAMED_IN_NOTES])
            return f" that can be reached ({names} can't)"
        return f"; {photos} photos lie directly in it" if photos else " and no photos"

    def _describe_notes(self) -> list[str]:
        notes = []
        if self._ignored:
            suffixes = ", ".join(sorted(self._ignored))
            notes.append(
                f"Files that are no photos by their name were ignored: {self._ignored.total():,} ({suffixes})."
            )
        if self._bins:
            notes.append(f"Recycle bins and snapshots were passed over: {_name_some(self._bins)}.")
        if self._known_links:
            notes.append(
                "Links to folders that are in the source already, or that hold it, were not followed: "
                f"{_name_some(self._known_links)}."
            )
        if self._tables:
            notes.append(
                f"The folder was imported as classes of photos. It also holds {self._tables[0]}; "
                f"if that describes the products, import {self.location / self._tables[0]} instead."
            )
        return list(map(readable_name, notes))


def _identify(path: str) -> tuple[int, int] | None:
    """The device and number by which the system knows a folder; None if it can't be reached."""
    try:
        status = os.stat(path)  # noqa: PTH116 (called for every folder of a source)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _name_some(names: list[str]) -> str:
    more = len(names) - _NAMED_IN_NOTES
    return ", ".join(names[:_NAMED_IN_NOTES]) + (f" and {more:,} more" if more > 0 else "")
