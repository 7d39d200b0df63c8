"""Reads the click events that pages and programs report; one that makes no sense is a ``BadParameterError``."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from catalog import CatalogError
from catalog.events.event_store import CLICK, KINDS, ClickEvent, draw_id
from catalog.result_lists import GOES_WITH, SIMILAR
from webapp.errors import BadParameterError
from webapp.services.access import services

CLICKED_LISTS = (SIMILAR, GOES_WITH, "category", "variants", "recent")
MAX_POSITION = 10**6

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_SEARCH_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def read_click(fields: Mapping[str, object]) -> ClickEvent:
    """The click event that a page or a program reports.

    Raises:
        BadParameterError: a field is missing or makes no sense.
    """
    list_name = _text(fields, "list")
    if list_name not in CLICKED_LISTS:
        raise BadParameterError(f"list must be one of {', '.join(CLICKED_LISTS)}.")
    kind = _text(fields, "kind")
    if kind not in KINDS or (kind == GOES_WITH and list_name != GOES_WITH):
        raise BadParameterError(f"kind must be {CLICK}, or {GOES_WITH} for the list of that name.")
    position = _text(fields, "position")
    is_number = position.isascii() and position.isdigit() and len(position) <= len(str(MAX_POSITION))
    if not is_number or not 1 <= int(position) <= MAX_POSITION:
        raise BadParameterError(f"position must be a whole number from 1 to {MAX_POSITION}.")
    search_id = _text(fields, "search", optional=True)
    if search_id and not _SEARCH_ID.fullmatch(search_id):
        raise BadParameterError("search must be the id that the page carries, or absent.")
    return ClickEvent(
        click_id=draw_id(),
        clicked_at=datetime.now(UTC),
        list_name=list_name,
        product_id=_text(fields, "product_id"),
        position=int(position),
        kind=GOES_WITH if list_name == GOES_WITH else CLICK,
        search_id=search_id or None,
    )


def _text(fields: Mapping[str, object], name: str, *, optional: bool = False) -> str:
    value = fields.get(name)
    if optional and value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int) or (value == "" and not optional):
        raise BadParameterError(f"{name} is needed.")
    text = str(value)
    # No database takes half a character (a lone surrogate, which JSON can spell), and PostgreSQL no null character.
    if _NOT_TEXT.search(text):
        raise BadParameterError(f"{name} holds characters that are no text.")
    return text


def is_sold(product_id: str) -> bool:
    """Whether the catalogue has the product; False while the catalogue can't be read.

    Raises:
        BadParameterError: the catalogue can be read, and doesn't have the product.
    """
    try:
        known = services().catalog.products([product_id])
    except CatalogError:
        return False
    if not known:
        raise BadParameterError("product_id must be a product of this shop.")
    return True
