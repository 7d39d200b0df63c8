"""The address of a results page: the filters in it, and the addresses with other filters, weights or pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from search.query import SearchRequest
from webapp.http.languages import format_price
from webapp.http.vocabulary import name_category, translate_word

REPEATABLE = "category"
FILTERS = (REPEATABLE, "gender", "colour", "min_price", "max_price", "in_stock")
NAMES = (*FILTERS, "colour_weight", "as", "box", "page", "lang")  # in the order in which an address has them
PAGE = "page"

BALANCED_WITHIN = 0.12  # how far the slider may be from the default balance and still count as balanced


@dataclass(frozen=True)
class Chip:
    """A filter in effect: its text, and the address of the page without it."""

    label: str
    address: str


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
            name: [text.strip() for text in values.getlist(name) if text.strip()][: None if name == REPEATABLE else 1]
            for name in NAMES
        }

    @property
    def values(self) -> dict[str, str | list[str]]:
        """Every parameter by name: a list for the categories, a text for each other; empty if it isn't given."""
        return {
            name: given if name == REPEATABLE else (given[0] if given else "") for name, given in self._values.items()
        }

    def address(self, **changes: str | float | bool | list[str] | tuple[str, ...] | None) -> str:
        """The address with some parameters changed; None removes a parameter. A changed ranking begins at page 1."""
        words = self._values if set(changes) <= {PAGE, "lang"} else self._values | {PAGE: []}
        query = words | {name: _as_texts(value) for name, value in changes.items()}
        if query[PAGE] == ["1"]:
            query = query | {PAGE: []}
        given = {name: query[name] for name in NAMES if query[name]}
        return url_for(self._endpoint, **self._route, **given)  # type: ignore[arg-type]

    def unfiltered(self) -> str:
        """The address without any filter; the photo or product, the box and the weight stay."""
        return self.address(**dict.fromkeys(FILTERS))

    def chips(self, asked: SearchRequest, currency: str | None) -> list[Chip]:
        """The filters in effect, each with the address without it.

        Args:
            asked: what ``read_search`` made of the request's parameters.
            currency: of the prices, if it is known.
        """
        filters = asked.filters
        chips = [
            Chip(name_category(name), self.address(category=[other for other in filters.categories if other != name]))
            for name in filters.categories
        ]
        single: list[tuple[str, object, Callable[[], str]]] = [
            ("gender", filters.gender, lambda: translate_word(filters.gender or "")),
            ("colour", filters.colour, lambda: translate_word(filters.colour or "")),
            ("min_price", filters.min_price_cents, lambda: _from(filters.min_price_cents, currency)),
            ("max_price", filters.max_price_cents, lambda: _up_to(filters.max_price_cents, currency)),
            ("in_stock", filters.in_stock, lambda: gettext("In stock") if filters.in_stock else gettext("Sold out")),
        ]
        return chips + [Chip(say(), self.address(**{name: None})) for name, value, say in single if value is not None]


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


def _from(cents: int | None, currency: str | None) -> str:
    return gettext("From %(price)s", price=format_price(cents, currency))


def _up_to(cents: int | None, currency: str | None) -> str:
    return gettext("Up to %(price)s", price=format_price(cents, currency))
