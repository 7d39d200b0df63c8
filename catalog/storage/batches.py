"""Long lists in batches that fit into one SQL statement."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

IDS_PER_QUERY = 500  # well below the number of parameters that any database takes in one statement

T = TypeVar("T")


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of ``size`` items; the last list may be shorter."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
