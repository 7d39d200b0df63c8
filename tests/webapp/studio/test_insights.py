from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from catalog import Catalog
from catalog.events.event_figures import Days, PositionClicks
from catalog.events.event_store import ClickEvent, ConversionEvent, EventStore, FeedbackEvent, SearchEvent, draw_id
from catalog.events.query_photos import QueryPhotoArchive
from tests.webapp.studio.conftest import StudioClient
from webapp.services.access import services_of
from webapp.studio.insights import POSITIONS, draw_charts

INSIGHTS = "/studio/insights/"
NOW = datetime.now(UTC)


def make_search(**facts: Any) -> SearchEvent:
    usual: dict[str, Any] = {
        "searched_at": NOW,
        "category": "MEN_Coats",
        "probability": 0.9,
        "recognised": True,
        "results": 9,
    }
    usual |= {"search_id": draw_id(), "snapshot_id": "s", "companions": 3, "language": "en"}
    return SearchEvent(**{**usual, **facts})


def make_click(**facts: Any) -> ClickEvent:
    usual: dict[str, Any] = {
        "click_id": draw_id(),
        "clicked_at": NOW,
        "list_name": "similar",
        "product_id": "coat-01",
        "position": 1,
    }
    return ClickEvent(**{**usual, "kind": "click", **facts})


@pytest.fixture
def store(catalog: Catalog) -> EventStore:
    return EventStore(catalog.database)


def test_the_figures_of_some_days_are_told(merchandiser: StudioClient, store: EventStore) -> None:
    """Searches by category, what wasn't found, what was opened; few of them are called few."""
    searches = [make_search() for _ in range(3)] + [make_search(category="Bags", recognised=False)]
    store.add([*searches, make_click(), make_click(product_id="gone-since")])
    store.add([make_click(kind="goes_with", list_name="goes_with", position=2, search_id=searches[0].search_id)])
    store.add([make_search(searched_at=NOW - timedelta(days=40), category="WOMEN_Skirts")])
    text = merchandiser.get(INSIGHTS).text
    assert "Only 4 photo searches" in text
    assert "1 of 4 photos" in text
    assert "1 of 4 answers that showed some" in text
    assert "Coat number 1" in text
    assert "gone-since" in text
    assert "Recognised as: Bags" in text
    assert "category=WOMEN_Skirts" not in text
    long_ago = (NOW - timedelta(days=40)).date()
    assert "category=WOMEN_Skirts" in merchandiser.get(f"{INSIGHTS}?first={long_ago}&last={long_ago}").text


def test_days_may_be_given_the_wrong_way(merchandiser: StudioClient) -> None:
    """Or only one of them; what is no day is refused."""
    text = merchandiser.get(f"{INSIGHTS}?first=2026-03-05&last=2026-02-01").text
    assert 'value="2026-02-01"' in text
    assert 'value="2026-03-05"' in text
    assert 'value="2026-01-05"' in merchandiser.get(f"{INSIGHTS}?last=2026-02-01").text
    for query in ("first=tomorrow", "last=0001-01-01", "first=9999-12-31"):
        assert merchandiser.get(f"{INSIGHTS}?{query}").status_code == 400


def test_a_shop_without_events_says_so(app: Flask, merchandiser: StudioClient) -> None:
    """Rather than showing zeros that look like disinterest."""
    assert "Nothing was stored for these days" in merchandiser.get(INSIGHTS).text
    services_of(app).event_days = 0
    assert "stores no events" in merchandiser.get(INSIGHTS).text


def test_missed_photos_are_shown_where_they_are_kept(
    merchandiser: StudioClient, store: EventStore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To people of the studio only, and stored nowhere on the way."""
    kept, gone = make_search(recognised=False), make_search(recognised=False)
    store.add([kept, gone])
    QueryPhotoArchive(home / "asked-photos").keep(kept.search_id, Image.new("RGB", (40, 40)))
    text = merchandiser.get(INSIGHTS).text
    address = f"{INSIGHTS}photos/{kept.search_id}.jpg"
    assert address in text
    assert gone.search_id not in text
    answer = merchandiser.get(address)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    answer.close()
    assert merchandiser.get(f"{INSIGHTS}photos/{gone.search_id}.jpg").status_code == 404
    assert merchandiser.get(f"{INSIGHTS}photos/..%2Fcatalog.jpg").status_code == 404
    assert merchandiser.client.application.test_client().get(address).status_code != 200


def test_charts_show_positions_one_by_one() -> None:
    """Also those that nobody clicked; far ones are added up."""
    clicks = [PositionClicks("similar", 1, 8), PositionClicks("similar", 3, 4), PositionClicks("similar", 500, 2)]
    (chart,) = draw_charts(clicks)
    assert len(chart.bars) == POSITIONS
    assert [bar.height for bar in chart.bars[:3]] == [1, 0, 0.5]
    assert (chart.later, chart.total) == (2, 14)
    (late,) = draw_charts([PositionClicks("recent", 900, 1)])
    assert (late.later, late.bars[0].height) == (1, 0)


def test_usual_days_are_whole_weeks() -> None:
    """So that a weekend doesn't make the difference."""
    days = Days.until_today(28)
    assert (days.last - days.first).days == 27


def test_what_shoppers_did_not_want_is_told(merchandiser: StudioClient, store: EventStore, app: Flask) -> None:
    """By category and product with the reasons, and each word with the photo that was asked with, while it is kept."""
    assert "Nothing was said in these days" in merchandiser.get(f"{INSIGHTS}feedback").text
    search = make_search()
    said: dict[str, Any] = {"given_at": NOW, "search_id": search.search_id}
    store.add([search, FeedbackEvent(draw_id(), reason="gender", **said)])
    store.add(
        [FeedbackEvent(draw_id(), reason="colour", list_name="similar", product_id="coat-01", position=2, **said)]
    )
    store.add([FeedbackEvent(draw_id(), reason="style", list_name="similar", product_id="gone", position=1, **said)])
    services_of(app).event_photos.keep(search.search_id, Image.new("RGB", (40, 50)))
    page = merchandiser.get(f"{INSIGHTS}feedback").text
    assert "1 answer of 1 photo searches was not what its shopper wanted" in page
    assert 'href="/studio/products/coat-01"' in page
    assert "no longer sold" in page
    assert f'src="/studio/insights/photos/{search.search_id}.jpg"' in page
    for reason in ("Wrong gender", "Wrong colour", "Not the same style"):
        assert f"<strong>{reason}</strong>" in page
    assert merchandiser.get(f"{INSIGHTS}feedback?page=2").status_code == 404
    assert "answers of which shoppers said so" in merchandiser.get(INSIGHTS).text


def test_the_steps_to_a_purchase_are_told(merchandiser: StudioClient, store: EventStore) -> None:
    """Shares stand where there are enough views; without a report from the shop's site that is said."""
    assert "Nothing was stored" in merchandiser.get(f"{INSIGHTS}sales").text
    searches = [make_search() for _ in range(100)]
    store.add([*searches, make_click(search_id=searches[0].search_id)])
    page = merchandiser.get(f"{INSIGHTS}sales").text
    assert "has reported no cart" in page
    assert page.count("1.0%") == 2  # of the list's views, and of the category's answers
    store.add([ConversionEvent(draw_id(), NOW, "purchase", "coat-01", "similar", None, 123450, "EUR")])
    page = merchandiser.get(f"{INSIGHTS}sales").text
    assert "€1,234.50" in page
    assert "of 1 purchase that named its value" in page
    assert "has reported no cart" not in page
