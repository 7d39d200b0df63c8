"""Long lists, a page at a time."""

from collections.abc import Sequence
from typing import TypeVar

from flask import abort

Row = TypeVar("Row")


def cut_page(rows: Sequence[Row], size: int, page: int) -> tuple[Sequence[Row], bool]:
    """The rows of a page, and whether more rows follow; a page past the end is not found, but the first may be empty.

    Args:
        rows: those of the page and, to know whether more follow, the next one: ``size + 1`` at most.
        size: rows of a page.
        page: its number, from 1.
    """
    if not rows and page > 1:
        abort(404)
    return rows[:size], len(rows) > size
