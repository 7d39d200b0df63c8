"""Insights: what shoppers look for, what they miss, and what they open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from catalog import Product
from catalog.events.event_figures import EventFigures, PositionClicks, ProductClicks
from catalog.events.feedback_figures import FeedbackFigures
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.insights_days import day_values, read_days
from webapp.studio.insights_feedback import feedback
from webapp.studio.insights_lists import LIST_TITLES
from webapp.studio.insights_photos import event_photo, event_photo_address
from webapp.studio.insights_sales import sales

FEW = 100  # searches; with fewer, shares are a matter of chance
PAGE_SIZE = 24
POSITIONS = 24  # positions with a bar of their own; the clicks on later ones are added up

bp = Blueprint("insights", __name__, url_prefix="/insights")
bp.add_url_rule("/feedback", view_func=feedback)
bp.add_url_rule("/sales", view_func=sales)
bp.add_url_rule("/photos/<search_id>.jpg", view_func=event_photo)


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
        **day_values(days),
        counts=counts,
        few=FEW,
        categories=figures.frequent_categories(days),
        unwanted=FeedbackFigures(services().catalog.database).answers(days),
        rate=figures.goes_with_rate(days),
        charts=draw_charts(figures.clicks_by_position(days)),
        lists=LIST_TITLES,
        opened=_with_products(opened),
        missed=figures.unrecognised(days, PAGE_SIZE, (page - 1) * PAGE_SIZE),
        event_photo=event_photo_address,
        page=page,
        more=page * PAGE_SIZE < counts.unrecognised,
        page_address=lambda page: url_for(
            "studio.insights.figures", first=days.first, last=days.last, page=page, _anchor="missed"
        ),
    )


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
    products = services().catalog.products((product_id for product_id, _ in counted), drafts=True)
    return [(products.get(product_id), product_id, clicks) for product_id, clicks in counted]
