"""From the values in shops' tables to sizes and availability, as ``catalog.feeds.values`` does for other fields."""

import re
from typing import Any

from catalog.feeds.exports.option_names import size_rank
from catalog.feeds.values import parse_in_stock, parse_plain, parse_text
from catalog.product_details import BACKORDER, IN_STOCK, OUT_OF_STOCK, PREORDER
from catalog.spelling import fold, tidy_name

_LATER = {
    **dict.fromkeys(("preorder", "presale", "vorbestellung", "reserva", "précommande"), PREORDER),
    **dict.fromkeys(("backorder", "onbackorder", "backordered", "madetoorder"), BACKORDER),
}
_SEPARATORS = re.compile(r"[\s_\-]+")
_SCHEMA_ORG = re.compile(r"https?://schema\.org/", re.IGNORECASE)
# What stands between sizes; the comma of a half size doesn't. Where other separators or spaces stand between them, each
# comma in "4,5" is that of a half; elsewhere only one behind more than 5, as sizes are listed upwards: "36,37,5,38".
_CLEARLY_SEPARATED = re.compile(r"[;|]|,\s")
_BETWEEN_CLEAR_SIZES = re.compile(r"[;|]|,(?!5(?!\d))|(?<!\d),")
_BETWEEN_SIZES = re.compile(r",(?!5(?!\d))|(?<!\d\d)(?<![6-9]),")


def parse_availability(value: Any) -> str | None:
    """One of ``product_details.AVAILABILITIES``, from the words that feeds use; None if the cell says nothing.

    Raises:
        ValueError: the words aren't understood.
    """
    text = parse_plain(value) or ""
    word = _SEPARATORS.sub("", fold(_SCHEMA_ORG.sub("", text)))
    if not word or word in _LATER:
        return _LATER.get(word)
    in_stock = parse_in_stock(text)
    return None if in_stock is None else IN_STOCK if in_stock else OUT_OF_STOCK


def parse_sizes(value: Any) -> list[str] | None:
    """The sizes in a list, or in a text with commas, semicolons or bars between them, smallest first."""
    parts = [parse_text(part) for part in value] if isinstance(value, list) else _split_sizes(parse_plain(value) or "")
    sizes = {fold(size): size for part in parts if (size := tidy_name(part))}
    return sorted(sizes.values(), key=size_rank) or None


def _split_sizes(text: str) -> list[str]:
    return (_BETWEEN_CLEAR_SIZES if _CLEARLY_SEPARATED.search(text) else _BETWEEN_SIZES).split(text)


def merge_sizes(one: list[str], other: list[str]) -> list[str]:
    """The sizes of both lists, each once, smallest first."""
    return sorted({*one, *other}, key=size_rank)
