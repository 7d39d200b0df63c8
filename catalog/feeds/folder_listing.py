"""What lies in a folder: files, folders, links that lead nowhere, and what isn't the shop's own."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from catalog.products import PHOTO_SUFFIXES

_SYSTEM_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "lost+found"})
# Recycle bins and snapshots as Windows, macOS, Synology, QNAP and NetApp name them; names with a dot first are hidden.
_BINS = re.compile(
    r"\$.*|recycled|recycler|[#@]recycle|@recently-snapshot|[#@~]snapshots?|system volume information|found\.\d{3}|"
    r"network trash folder|temporary items|@(tmp|transcode|synoresource|sharesnapshot)|.*@synoeastream|.*@synoresource",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\.(?P<name>.+)\.icloud", re.IGNORECASE)  # stands for a file that is only in iCloud


@dataclass
class Listing:
    """The content of a folder, each list sorted by name."""

    files: list[os.DirEntry[str]] = field(default_factory=list)  # also links with a photo's name that lead nowhere
    folders: list[os.DirEntry[str]] = field(default_factory=list)  # also links to folders
    unreachable: list[tuple[os.DirEntry[str], str]] = field(default_factory=list)  # what may be a folder, and why not
    placeholders: list[str] = field(default_factory=list)  # names of files that are stored elsewhere
    bins: list[str] = field(default_factory=list)  # recycle bins and snapshots
    problem: str = ""  # why the folder can't be listed; empty if it can


def list_folder(path: str | Path) -> Listing:
    """The content of a folder without hidden files, system files, recycle bins and snapshots."""
    listing = Listing()
    try:
        with os.scandir(path) as entries:
            seen = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        return Listing(problem=error.strerror or str(error))
    for entry in seen:
        placeholder = _PLACEHOLDER.fullmatch(entry.name)
        if placeholder:
            listing.placeholders.append(placeholder["name"])
        elif entry.name.startswith(".") or entry.name.casefold() in _SYSTEM_NAMES:
            continue
        elif _BINS.fullmatch(entry.name):
            listing.bins.append(entry.name)
        else:
            _sort_in(entry, listing)
    return listing


def readable_name(path: str | Path) -> str:
    """The name of a file or a folder as text that can be written and stored, with a mark for each byte that is none."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def _sort_in(entry: os.DirEntry[str], listing: Listing) -> None:
    try:
        if entry.is_dir():
            listing.folders.append(entry)
        elif entry.is_file() or (entry.is_symlink() and Path(entry.name).suffix.lower() in PHOTO_SUFFIXES):
            listing.files.append(entry)
        elif entry.is_symlink():
            listing.unreachable.append((entry, "the link leads nowhere"))
    except OSError as error:  # a link in a circle, a network disk that is gone
        listing.unreachable.append((entry, error.strerror or str(error)))
