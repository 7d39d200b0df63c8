"""Feeds: a shop's folders of photos, its tables, and the exports of its platform, read row by row.

What opens them is loaded when it is first asked for: it knows all formats, and a web worker, which reads what imports
have left, needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from catalog.feeds.options import FeedOptions
from catalog.feeds.rows import Feed, FeedRow, Reject, WebPhoto

if TYPE_CHECKING:
    from catalog.feeds.opening import is_idx, list_columns, open_feed

__all__ = ["Feed", "FeedOptions", "FeedRow", "Reject", "WebPhoto", "is_idx", "list_columns", "open_feed"]


def __getattr__(name: str) -> Any:
    """What ``__all__`` names and isn't loaded yet."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("catalog.feeds.opening"), name)
