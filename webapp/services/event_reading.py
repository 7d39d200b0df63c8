"""Reads the events that pages and programs report; one that makes no sense is a ``BadParameterError``."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from catalog import CatalogError
from catalog.events.event_store import (
    CLICK,
    CONVERSIONS,
    KINDS,
    NOT_WANTED,
    REASONS,
    ClickEvent,
    ConversionEvent,
    FeedbackEvent,
    draw_id,
)
from catalog.result_lists import GOES_WITH, LISTS, SIMILAR
from webapp.errors import BadParameterError
from webapp.services.access import services

CLICKED_LISTS = (SIMILAR, GOES_WITH, "category", "variants", "recent")
EVENT_KINDS = (*KINDS, NOT_WANTED, *CONVERSIONS)
MAX_POSITION = 10**6
MAX_VALUE = 10**7  # of a purchase, in any currency; its hundredths fit into the database's integers

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_SEARCH_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[0-9]{1,8}(\.[0-9]{1,9})?")

ReportedEvent = ClickEvent | FeedbackEvent | ConversionEvent


def read_event(fields: Mapping[str, object]) -> ReportedEvent:
    """The event that a page or a program reports.

    Raises:
        BadParameterError: a field is missing or makes no sense.
    """
    kind = _text(fields, "kind")
    if kind == NOT_WANTED:
        return _read_feedback(fields)
    if kind in CONVERSIONS:
        return _read_conversion(kind, fields)
    return _read_click(kind, fields)


def is_sold(event: ReportedEvent) -> bool:
    """Whether the catalogue has the event's product, if it names one; False while the catalogue can't be read.

    Raises:
        BadParameterError: the catalogue can be read, and doesn't have the product.
    """
    if event.product_id is None:
        return True
    try:
        known = services().catalog.products([event.product_id])
    except CatalogError:
        return False
    if not known:
        raise BadParameterError("product_id must be a product of this shop.")
    return True


def _read_click(kind: str, fields: Mapping[str, object]) -> ClickEvent:
    list_name = _list(fields, CLICKED_LISTS)
    if kind not in KINDS:
        raise BadParameterError(f"kind must be one of {', '.join(EVENT_KINDS)}.")
    if kind == GOES_WITH and list_name != GOES_WITH:
        raise BadParameterError(f"kind must be {CLICK}, or {GOES_WITH} for the list of that name.")
    return ClickEvent(
        click_id=draw_id(),
        clicked_at=datetime.now(UTC),
        list_name=list_name,
        product_id=_text(fields, "product_id"),
        position=_position(fields),
        kind=GOES_WITH if list_name == GOES_WITH else CLICK,
        search_id=_search(fields),
    )


def _read_feedback(fields: Mapping[str, object]) -> FeedbackEvent:
    """What a shopper says of a product of an answer, or without a product of the answer."""
    reason = _text(fields, "reason")
    if reason not in REASONS:
        raise BadParameterError(f"reason must be one of {', '.join(REASONS)}.")
    search_id = _search(fields)
    if search_id is None:
        raise BadParameterError("search must be the id that the page carries.")
    product_id = _text(fields, "product_id", optional=True) or None
    return FeedbackEvent(
        feedback_id=draw_id(),
        given_at=datetime.now(UTC),
        search_id=search_id,
        reason=reason,
        list_name=_list(fields, LISTS) if product_id else None,
        product_id=product_id,
        position=_position(fields) if product_id else None,
    )


def _read_conversion(kind: str, fields: Mapping[str, object]) -> ConversionEvent:
    currency = _text(fields, "currency", optional=True) or None
    value = _value(fields)
    if currency is not None and not _CURRENCY.fullmatch(currency):
        raise BadParameterError("currency must be three capital letters such as EUR.")
    if value is not None and currency is None:
        raise BadParameterError("currency is needed with a value.")
    return ConversionEvent(
        conversion_id=draw_id(),
        converted_at=datetime.now(UTC),
        kind=kind,
        product_id=_text(fields, "product_id"),
        list_name=_list(fields, CLICKED_LISTS, optional=True) or None,
        search_id=_search(fields),
        value_cents=value,
        currency=currency if value is not None else None,
    )


def _list(fields: Mapping[str, object], lists: tuple[str, ...], *, optional: bool = False) -> str:
    name = _text(fields, "list", optional=optional)
    if name not in lists and not (optional and not name):
        raise BadParameterError(f"list must be one of {', '.join(lists)}.")
    return name


def _position(fields: Mapping[str, object]) -> int:
    position = _text(fields, "position")
    is_number = position.isascii() and position.isdigit() and len(position) <= len(str(MAX_POSITION))
    if not is_number or not 1 <= int(position) <= MAX_POSITION:
        raise BadParameterError(f"position must be a whole number from 1 to {MAX_POSITION}.")
    return int(position)


def _search(fields: Mapping[str, object]) -> str | None:
    search_id = _text(fields, "search", optional=True)
    if search_id and not _SEARCH_ID.fullmatch(search_id):
        raise BadParameterError("search must be the id that the page carries, or absent.")
    return search_id or None


def _value(fields: Mapping[str, object]) -> int | None:
    """The value in hundredths of its currency; None where the event names none."""
    sent = fields.get("value")
    if sent is None or sent == "":
        return None
    value: float = math.nan
    if isinstance(sent, str) and _NUMBER.fullmatch(sent):
        value = float(sent)
    elif isinstance(sent, int | float) and not isinstance(sent, bool):
        value = sent
    if not 0 <= value <= MAX_VALUE:
        raise BadParameterError(f"value must be a number from 0 to {MAX_VALUE}.")
    return round(value * 100)


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
