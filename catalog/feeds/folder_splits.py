"""Which folders of a source hold splits for machine learning, and which are classes that are called like splits."""

import os
from collections.abc import Sequence

from catalog.feeds.folder_listing import list_folder
from catalog.feeds.values import is_split
from catalog.spelling import fold

_ALSO_CLASSES = frozenset({"training", "testing"})  # names of splits that shops give to classes, such as sportswear


def find_splits(folders: Sequence[os.DirEntry[str]]) -> tuple[set[str], list[str]]:
    """The names of the folders that hold splits, and remarks on those that could be either.

    A folder with a split's name holds a split if it has folders, and if either all folders beside it are called like
    splits, or its own folders repeat classes that lie beside it. Otherwise it is a class.

    Args:
        folders: the folders directly in the source.
    """
    named = {folder.name: _names_within(folder) for folder in folders if is_split(folder.name)}
    classes = {fold(folder.name) for folder in folders if folder.name not in named}
    splits = {name for name, within in named.items() if _is_split(name, within, classes)}
    if not classes and len(named) > 1 and not any(named.values()):
        splits = set(named)  # photos without classes, which lie in several splits
    remarks = []
    for name in (name for name, within in named.items() if classes and within):
        if name in splits:
            remarks.append(f"{name}/ was taken for a split, since classes of the same names lie beside it.")
        else:
            remarks.append(
                f"{name}/ was taken for a class, since others lie beside it. If it is a split, put each class into one."
            )
    return splits, remarks


def _is_split(name: str, within: set[str], classes: set[str]) -> bool:
    if not within:
        return False
    return not classes or (name.casefold() not in _ALSO_CLASSES and bool(within & classes))


def _names_within(folder: os.DirEntry[str]) -> set[str]:
    return {fold(deeper.name) for deeper in list_folder(folder.path).folders}
