"""Reads the parameters of a request, from people and programs; an impossible value is a ``BadParameterError``."""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from search.fields import FILTERED_FIELDS, FieldType, FilterKind
from search.photo import Box
from search.query import DEFAULT_LIMIT, MAX_LIMIT, MAX_PAGE, Filters, SearchRequest
from search.words.folding import clean
from search.words.understanding import MOST_CHARACTERS
from webapp.errors import BadParameterError
from webapp.http.converters import MAX_NUMBER

Value = TypeVar("Value")

MAX_PRICE = 10**9  # currency units; far above any price, and in cents far below an overflow
MAX_CATEGORY_PAGE = 10**6
MAX_SHOWN = 80  # characters of a bad value that the message quotes
MOST_VALUES = 300  # of one parameter: each becomes a link that names all others
MAX_LISTED = 40  # known categories that the message names

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


def read_search(
    values: MultiDict[str, str], known_categories: Callable[[], Iterable[str]], *, close: bool = False
) -> SearchRequest:
    """The search that a form or query string describes; blank values count as absent, unknown names are ignored.

    Args:
        values: limit, page, colour_weight, collapse, as (a category in place of the predicted one), in_colour, text
            (for titles and descriptions), and the filters: ``search.fields.FILTER_PARAMETERS``, of which category may
            be repeated, prices in currency units; without ("colour:Black"), which may be repeated; and close (true:
            end after the close matches).
        known_categories: called only when a category was given, since asking needs a live index.
        close: what holds if ``close`` isn't given.

    Raises:
        BadParameterError: a value is malformed, out of range or given twice; the message names the parameter.
        QueryError: the price range is upside down.
    """
    return SearchRequest(
        limit=read_limit(values, DEFAULT_LIMIT),
        filters=Filters(**_filters(values, known_categories), without=_without(values)),
        colour_weight=_single(values, "colour_weight", _fraction),
        collapse=_or_default(_single(values, "collapse", _truth), True),
        category=_override(values, known_categories),
        in_colour=_single(values, "in_colour", str),
        text=_single(values, "text", _words) or "",
        page=read_page(values, MAX_PAGE),
        close=_or_default(_single(values, "close", _truth), close),
    )


def read_box(values: MultiDict[str, str]) -> Box | None:
    """The part of the photo that is searched; None for all of it.

    Raises:
        BadParameterError: the value is no box. Whether the box lies inside the photo is seen when it is cut out.
    """
    return _single(values, "box", _box)


def read_flag(values: MultiDict[str, str], name: str) -> bool:
    """Whether something is asked for that isn't unless it is; raises BadParameterError if the value is neither."""
    return _or_default(_single(values, name, _truth), False)


def read_words(values: MultiDict[str, str], name: str) -> str:
    """A sentence that somebody wrote, in one line and without what nobody sees; empty if there is none.

    Raises:
        BadParameterError: it is longer than ``MOST_CHARACTERS``.
    """
    return _single(values, name, _words) or ""


def read_limit(values: MultiDict[str, str], default: int) -> int:
    """The number of products to answer with, 1 to ``MAX_LIMIT``.

    Raises:
        BadParameterError: the value is no whole number, or out of range.
    """
    return _or_default(_single(values, "limit", lambda text: _whole_number(text, MAX_LIMIT)), default)


def read_page(values: MultiDict[str, str], most: int = MAX_CATEGORY_PAGE) -> int:
    """The number of the page of a long list, from 1.

    Raises:
        BadParameterError: the value is no whole number from 1 to ``most``.
    """
    return _or_default(_single(values, "page", lambda text: _whole_number(text, most)), 1)


def read_number(text: str) -> int | None:
    """The whole number from 0 to ``MAX_NUMBER`` that a form or an address holds, such as an id; None if it is none."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(MAX_NUMBER)) or int(text) > MAX_NUMBER:
        return None
    return int(text)


def _filters(values: MultiDict[str, str], known_categories: Callable[[], Iterable[str]]) -> dict[str, Any]:
    """What is filtered by, by attribute of ``Filters``."""
    found: dict[str, Any] = {}
    for field in FILTERED_FIELDS:
        if field.filter is FilterKind.ANY_OF:
            found[field.attribute] = _several(values, field.parameter)
        elif field.filter is FilterKind.FLAG:
            found[field.attribute] = _single(values, field.parameter, _truth)
        else:  # rounded inwards, so that no product outside the range is found because of a fraction of a cent
            lowest, highest = field.parameters
            found[f"min_{field.attribute}"] = _single(values, lowest, lambda text: _cents(text, ROUND_CEILING))
            found[f"max_{field.attribute}"] = _single(values, highest, lambda text: _cents(text, ROUND_FLOOR))
    _check_known("category", found["categories"], known_categories)
    return found


def _or_default(value: Value | None, default: Value) -> Value:
    return default if value is None else value


def _single(values: MultiDict[str, str], name: str, convert: Callable[[str], Value]) -> Value | None:
    """The parameter's one value, converted; None where it is absent or blank."""
    given = [text.strip() for text in values.getlist(name) if text.strip()]
    if not given:
        return None
    if len(set(given)) > 1:
        raise BadParameterError(f"{name} was given {len(given)} times with different values; give it once.")
    try:
        return convert(given[0])
    except ValueError as error:
        raise BadParameterError(f"{name} is {_shown(given[0])}; {error}.") from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…")


def _whole_number(text: str, most: int) -> int:
    # int() alone would also accept "1_0" and "١".
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise ValueError(f"a whole number from 1 to {most} is needed")
    return int(text)


def _number(text: str) -> float:
    value = float(text.strip())
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value


def _fraction(text: str) -> float:
    needed = "a number from 0 (shape only) to 1 (colour only) is needed, for example 0.3"
    try:
        value = _number(text)
    except ValueError:
        raise ValueError(needed) from None
    if not 0 <= value <= 1:
        raise ValueError(needed)
    return value


def _cents(text: str, rounding: str) -> int:
    needed = f"an amount from 0 to {MAX_PRICE} in units of the currency is needed, for example 49.90"
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(needed) from None
    if not amount.is_finite() or not 0 <= amount <= MAX_PRICE:
        raise ValueError(needed)
    return int((amount * 100).to_integral_value(rounding))


def _truth(text: str) -> bool:
    lowered = text.lower()
    if lowered in _TRUE or lowered in _FALSE:
        return lowered in _TRUE
    raise ValueError("true or false is needed")


def _box(text: str) -> Box:
    needed = "x,y,width,height as fractions of the photo are needed, each from 0 to 1, for example 0.1,0.2,0.5,0.6"
    try:
        left, top, width, height = (_number(part) for part in text.split(","))
    except ValueError:
        raise ValueError(needed) from None
    return left, top, width, height


def _several(values: MultiDict[str, str], name: str) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(text.strip() for text in values.getlist(name) if text.strip()))
    if len(given) > MOST_VALUES:
        raise BadParameterError(f"{name} was given {len(given)} times; {MOST_VALUES} values are possible.")
    return given


def _words(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"at most {MOST_CHARACTERS} characters are understood, and {len(text)} came")
    return clean(text)


def _without(values: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition(":")[::2] for text in _several(values, "without")]
    known = [field.parameter for field in FILTERED_FIELDS if field.type is FieldType.TEXT]
    if any(parameter not in known or not value.strip() for parameter, value in pairs):
        raise BadParameterError(
            f"without is {_shown(values['without'])}; a field and a value are needed, for example colour:Black. "
            f"The fields are: {', '.join(known)}."
        )
    return tuple((parameter, value.strip()) for parameter, value in pairs)


def _override(values: MultiDict[str, str], known_categories: Callable[[], Iterable[str]]) -> str | None:
    wanted = _single(values, "as", str)
    if wanted is not None:
        _check_known("as", (wanted,), known_categories)
    return wanted


def _check_known(name: str, wanted: tuple[str, ...], known_categories: Callable[[], Iterable[str]]) -> None:
    if not wanted:
        return
    known = sorted(known_categories())
    unknown = [category for category in wanted if category not in known]
    if unknown:
        listed = ", ".join(known[:MAX_LISTED]) + (f" and {len(known) - MAX_LISTED} more" * (len(known) > MAX_LISTED))
        raise BadParameterError(
            f"{name} is {_shown(unknown[0])}, a category that is not in the index; the known ones are: {listed}."
        )
