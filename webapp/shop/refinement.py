"""The address of a results page: the filters in it, and the addresses with other filters, weights or pages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from search.fields import FILTER_PARAMETERS, FILTERED_FIELDS, REPEATABLE_PARAMETERS, FieldType, IndexedField
from search.query import Facets, Filters, SearchRequest
from search.words.shades import whole_families
from webapp.http.languages import format_round_price
from webapp.http.orders import PARAMETER as ORDER
from webapp.http.vocabulary import translate_word
from webapp.shop.filter_texts import (
    FLAG_TEXTS,
    format_colour_family,
    format_filter_value,
    format_highest,
    format_lowest,
)

WITHOUT = "without"  # field and value of a filter that is turned round: "colour:Black"
WORDS = "q"  # the sentence that led to the other parameters; whoever changes them has said something else
WORDED = ("in_colour", "text")
REPEATABLE = REPEATABLE_PARAMETERS | {WITHOUT}
NAMES = (
    WORDS,
    *FILTER_PARAMETERS,
    WITHOUT,
    *WORDED,
    "colour_weight",
    "as",
    "box",
    "close",
    ORDER,
    "page",
    "lang",
)  # in the order in which an address has them
PAGE = "page"

BALANCED_WITHIN = 0.12  # how far the slider may be from the default balance and still count as balanced


@dataclass(frozen=True)
class Chip:
    """A filter in effect: its text, and the address of the page without it."""

    label: str
    address: str
    narrows: bool = False  # it isn't in effect, but leads to a narrower filter in place of the one before it


class Refinement:
    """The parameters of a results page as they stand in its address.

    Args:
        endpoint: of the page, for ``url_for``.
        route: the parts of the path, for example the token.
        values: the request's parameters, which ``read_search`` has checked.
    """

    def __init__(self, endpoint: str, route: Mapping[str, object], values: MultiDict[str, str]) -> None:
        self._endpoint = endpoint
        self._route = dict(route)
        self._values = {
            name: [text.strip() for text in values.getlist(name) if text.strip()][: None if name in REPEATABLE else 1]
            for name in NAMES
        }

    def with_values(self, values: MultiDict[str, str]) -> "Refinement":
        """The same page, asked with other parameters; it begins at its first page."""
        others = MultiDict((name, value) for name, value in values.items(multi=True) if name != PAGE)
        return Refinement(self._endpoint, self._route, others)

    def without(self, *names: str) -> "Refinement":
        """The same page without some parameters, and without the sentence that led to them."""
        kept = [name for name in NAMES if name not in (*names, PAGE, WORDS)]
        return Refinement(
            self._endpoint, self._route, MultiDict((name, value) for name in kept for value in self._values[name])
        )

    @property
    def parameters(self) -> MultiDict[str, str]:
        """The parameters as ``read_search`` takes them."""
        return MultiDict((name, value) for name, given in self._values.items() for value in given)

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered by or searched for."""
        return any(self._values[name] for name in (*FILTER_PARAMETERS, WITHOUT, *WORDED))

    @property
    def ordered(self) -> bool:
        """Whether an order is asked for."""
        return bool(self._values[ORDER])

    @property
    def values(self) -> dict[str, str | list[str]]:
        """Every parameter by name: a list for the categories, a text for each other; empty if it isn't given."""
        return {
            name: given if name in REPEATABLE else (given[0] if given else "") for name, given in self._values.items()
        }

    def address(self, **changes: str | float | bool | list[str] | tuple[str, ...] | None) -> str:
        """The address with some parameters changed; None removes a parameter. A changed ranking begins at page 1."""
        words = self._values if set(changes) <= {PAGE, "lang"} else self._values | {PAGE: [], WORDS: []}
        query = words | {name: _as_texts(value) for name, value in changes.items()}
        if query[PAGE] == ["1"]:
            query = query | {PAGE: []}
        given = {name: query[name] for name in NAMES if query[name]}
        return url_for(self._endpoint, **self._route, **given)  # type: ignore[arg-type]

    def unfiltered(self) -> str:
        """The address without any filter; the photo or product, the box and the weight stay."""
        return self.address(**dict.fromkeys((*FILTER_PARAMETERS, WITHOUT, *WORDED)))

    def chips(self, asked: SearchRequest, currency: str | None, colours: Mapping[str, int]) -> list[Chip]:
        """The filters in effect, each with the address without it.

        Args:
            asked: what ``read_search`` made of the request's parameters.
            currency: of the prices, if it is known.
            colours: that the other filters leave, with how many products have each.
        """
        filters = asked.filters
        chips = [
            chip
            for field in FILTERED_FIELDS
            for chip in (
                self._chips_of_colours(filters.colours, colours)
                if field.attribute == "colours"
                else self._chips_of(field, filters, currency)
            )
        ]
        return [*chips, *self._worded_chips(asked)]

    def _worded_chips(self, asked: SearchRequest) -> Iterator[Chip]:
        """What is asked for in words alone: another colour, what must not be, and a text."""
        if asked.in_colour:
            label = gettext("In %(colour)s", colour=translate_word(asked.in_colour).lower())
            yield Chip(label, self.address(in_colour=None))
        for label, values in _unwanted(asked.filters):
            others = [":".join(one) for one in asked.filters.without if one not in values]
            yield Chip(gettext("Not: %(value)s", value=label), self.address(without=others))
        if asked.text:
            yield Chip(gettext("“%(words)s”", words=asked.text), self.address(text=None))

    def _chips_of_colours(self, chosen: Sequence[str], colours: Mapping[str, int]) -> Iterator[Chip]:
        """One chip for a colour and all its shades, and one for each other colour.

        If it is the only one, another chip leads to the colour without its shades, where that has products.
        """
        for label, values in _by_family(chosen, colours):
            yield Chip(label, self.address(colour=[colour for colour in chosen if colour not in values]))
            if len(values) > 1 and len(values) == len(chosen) and colours.get(values[0]):
                alone = gettext("Only %(colour)s", colour=translate_word(values[0]).lower())
                yield Chip(alone, self.address(colour=[values[0]]), narrows=True)

    def _chips_of(self, field: IndexedField, filters: Filters, currency: str | None) -> Iterator[Chip]:
        if field.is_text:
            values = filters.values(field)
            for value in values:
                others = [other for other in values if other != value]
                yield Chip(format_filter_value(field.parameter, value), self.address(**{field.parameter: others}))
        elif field.type is FieldType.FLAG:
            flag = filters.flag(field)
            if flag is not None:
                yield Chip(str(FLAG_TEXTS[field.parameter, flag]), self.address(**{field.parameter: None}))
        else:
            formats = (format_lowest, format_highest)
            for parameter, cents, say in zip(field.parameters, filters.bounds(field), formats, strict=True):
                if cents is not None:
                    yield Chip(say(format_round_price(cents, currency)), self.address(**{parameter: None}))


def count_colours(facets: Facets) -> dict[str, int]:
    """How many products have each colour, as far as the other filters leave any."""
    return {one.value: one.count for one in facets.values.get("colour", ())}


def _unwanted(filters: Filters) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What must not be, as it reads: field and value of each filter; a colour and its shades are one."""
    colours = [value for parameter, value in filters.without if parameter == "colour"]
    for label, values in _by_family(colours, colours):
        yield label, tuple(("colour", value) for value in values)
    for one in filters.without:
        if one[0] != "colour":
            yield format_filter_value(*one), (one,)


def _by_family(chosen: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Colours as they read, and which they are: a colour, then its shades. A shade of two is with the first one."""
    families = whole_families(chosen, known)
    shades = {shade for family in families.values() for shade in family.values} - families.keys()
    left = set(shades)
    for colour in chosen:
        if colour in families:
            values = (colour, *(value for value in families[colour].values if value in left))
            left.difference_update(values)
            yield format_colour_family(colour), values
        elif colour not in shades:
            yield format_filter_value("colour", colour), (colour,)


def format_colour_weight(weight: float, default: float) -> str:
    """A word for the position of the slider between shape and colour."""
    if abs(weight - default) <= BALANCED_WITHIN:
        return gettext("Balanced")
    return gettext("Colour") if weight > default else gettext("Shape")


def _as_texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)]
