"""Insights: what shoppers look for, what they miss, and what they open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask_babel import LazyString, lazy_gettext
from werkzeug.datastructures import MultiDict

from catalog import Product
from catalog.events.event_figures import Days, EventFigures, PositionClicks, ProductClicks
from catalog.result_lists import GOES_WITH, SIMILAR
from webapp.errors import BadParameterError, MissingPageError
from webapp.http.parameters import read_page
from webapp.services.access import services

DEFAULT_DAYS = 28
SPANS = (7, 28, 90)
FEW = 100  # searches; with fewer, shares are a matter of chance
PAGE_SIZE = 24
POSITIONS = 24  # positions with a bar of their own; the clicks on later ones are added up
LIST_TITLES: dict[str, LazyString] = {
    SIMILAR: lazy_gettext("What looks like it"),
    GOES_WITH: lazy_gettext("What goes with it"),
    "category": lazy_gettext("Category pages"),
    "variants": lazy_gettext("Further colours"),
    "recent": lazy_gettext("Recently viewed"),
}

bp = Blueprint("insights", __name__, url_prefix="/insights")


@dataclass(frozen=True)
class Bar:
    """The number of clicks on one position of a list."""

    position: int
    clicks: int
    height: float  # as a share of the highest bar, 0 to 1


@dataclass(frozen=True)
class Chart:
    """The clicks on a list by position."""

    name: str
    bars: tuple[Bar, ...]
    later: int  # clicks on positions after the last bar
    total: int


@bp.get("/")
def figures() -> str:
    """The figures of the events of some days."""
    days, page = read_days(request.args), read_page(request.args)
    figures = EventFigures(services().catalog.database)
    counts = figures.counts(days)
    if page > max(1, -(-counts.unrecognised // PAGE_SIZE)):
        abort(404)
    opened = figures.frequent_products(days)
    return render_template(
        "studio/insights.html",
        days=days,
        spans=[(span, Days.until_today(span)) for span in SPANS],
        kept_days=services().event_days,
        keeps_photos=services().keeps_photos,
        counts=counts,
        few=FEW,
        categories=figures.frequent_categories(days),
        rate=figures.goes_with_rate(days),
        charts=draw_charts(figures.clicks_by_position(days)),
        lists=LIST_TITLES,
        opened=_with_products(opened),
        missed=figures.unrecognised(days, PAGE_SIZE, (page - 1) * PAGE_SIZE),
        event_photo=_event_photo,
        page=page,
        more=page * PAGE_SIZE < counts.unrecognised,
        page_address=lambda page: url_for(
            "studio.insights.figures", first=days.first, last=days.last, page=page, _anchor="missed"
        ),
    )


@bp.get("/photos/<search_id>.jpg")
def event_photo(search_id: str) -> Response:
    """A shopper's photo that was kept with its search event; raises MissingPageError if it isn't kept, or no longer."""
    try:
        path = services().event_photos.path(search_id)
    except ValueError:
        raise MissingPageError("That is no search.") from None
    if not path.is_file():
        raise MissingPageError("This search's photo isn't kept.")
    response = send_file(path, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def read_days(values: MultiDict[str, str]) -> Days:
    """The days of the request, by default the last four weeks; they are swapped if the last comes before the first.

    Raises:
        BadParameterError: a day can't be read, or lies too far away.
    """
    default = Days.until_today(DEFAULT_DAYS)
    first, last = _day(values, "first"), _day(values, "last")
    if first is None and last is None:
        return default
    last = last or max(default.last, first or default.last)
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    return Days(min(first, last), max(first, last))


def draw_charts(clicks: Iterable[PositionClicks]) -> list[Chart]:
    """A chart for each list that was clicked, in the order of ``LIST_TITLES``."""
    by_list: dict[str, dict[int, int]] = defaultdict(dict)
    for one in clicks:
        by_list[one.list_name][one.position] = one.clicks
    return [_chart(name, by_list[name]) for name in LIST_TITLES if name in by_list]


def _chart(name: str, by_position: dict[int, int]) -> Chart:
    last = min(POSITIONS, max(12, *by_position))
    highest = max(by_position.get(position, 0) for position in range(1, last + 1))
    bars = [
        Bar(position, by_position.get(position, 0), by_position.get(position, 0) / max(1, highest))
        for position in range(1, last + 1)
    ]
    total = sum(by_position.values())
    return Chart(name, tuple(bars), total - sum(bar.clicks for bar in bars), total)


def _with_products(opened: Iterable[ProductClicks]) -> list[tuple[Product | None, str, int]]:
    """Each clicked product with its clicks; None for one that has left the catalogue since."""
    counted = [(one.product_id, one.clicks) for one in opened]
    products = services().catalog.products(product_id for product_id, _ in counted)
    return [(products.get(product_id), product_id, clicks) for product_id, clicks in counted]


def _event_photo(search_id: str) -> str | None:
    """The address of a search's photo; None if the photo isn't kept."""
    try:
        kept = services().event_photos.path(search_id).is_file()
    except ValueError:
        return None
    return url_for("studio.insights.event_photo", search_id=search_id) if kept else None


def _day(values: MultiDict[str, str], name: str) -> date | None:
    said = values.get(name, "").strip()
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise BadParameterError(f"{name} is {said[:80]!r}; a day like 2026-01-31 is needed.") from None
    if not 2000 <= day.year <= 2200:
        raise BadParameterError(f"{name} is {said[:80]!r}; a day between 2000 and 2200 is needed.")
    return day
