"""Keeps the data directory to the user who runs the shop.

It holds password hashes, the secret of sessions, shoppers' photos and what a shop pays its suppliers. Other users of
the machine have no business there, whatever the usual mode of new files (umask) is.

This module lies in the search package for the same reason as ``search.files``: all four packages may import it here.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

_DATABASE_FILES = ("catalog.db", "catalog.db-wal", "catalog.db-shm")


def keep_private(home: Path) -> None:
    """Close a data directory, and every file that this process makes from now on, to all other users.

    A directory that its group may write is shared on purpose, so the group keeps its access. Call it once, when a
    command begins. What can't be changed stays as it is: whoever owns it decides.

    Args:
        home: is made if it doesn't exist. If it holds a catalogue that others may read, made by an earlier version, it
            is closed; its group may still look into the directory, but no longer read the catalogue.
    """
    with suppress(OSError):  # the command that needs the directory says what is wrong with it
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = home.stat().st_mode
        closed = bits_closed_to_others(mode)
        os.umask(os.umask(0o077) | closed)
        is_ours = (home / _DATABASE_FILES[0]).exists() and not mode & stat.S_ISVTX  # and not /tmp
        if is_ours:
            _take_away(home, 0o007)
        for name in _DATABASE_FILES:
            with suppress(OSError):
                _take_away(home / name, closed)


def bits_closed_to_others(directory_mode: int) -> int:
    """The permissions that files in a directory with this mode don't have: the group's too, unless it is shared."""
    return 0o007 if directory_mode & stat.S_IWGRP else 0o077


def create_private(path: Path) -> None:
    """Make an empty file that others can't read, unless there is one; whoever opens it says what is wrong with it."""
    with suppress(OSError):
        closed = bits_closed_to_others(path.parent.stat().st_mode)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666 & ~closed))


def _take_away(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits:
        path.chmod(mode & ~bits)
