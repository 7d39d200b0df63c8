"""The studio's catalogue, a product's surroundings, insights and start, as a merchandiser meets them."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.stage import DESKTOP, PHONE
from catalog import Catalog
from catalog.curation.rule_terms import RuleTerms
from catalog.curation.rules import RuleStore
from catalog.events.event_store import ClickEvent, ConversionEvent, EventStore, FeedbackEvent, SearchEvent, draw_id
from indexer.building.build import BuildPaths, build_index
from search.model.bundle import Bundle
from search.settings import PRETRAINED_BUNDLE
from tests.browser.axe import list_violations
from tests.browser.pages import box_of, overflow

PAGES = {
    "start": "/studio/",
    "products": "/studio/products/?words=coat&lonely=1",
    "nothing": "/studio/products/?words=zzz",
    "product": "/studio/products/mc-001-burgundy",
    "insights": "/studio/insights/",
    "what shoppers didn't want": "/studio/insights/feedback",
    "from lists to purchases": "/studio/insights/sales",
    "imports": "/studio/imports/",
    "sources": "/studio/sources/",
    "public columns": "/studio/attributes/",
    "a rule": "/studio/curation/1",
}


@pytest.fixture(scope="module")
def studio_home(studio_home: Path, demo_home: Path) -> Path:
    """The boutique with an index of today's layout, some events, and a reject."""
    shutil.copytree(demo_home / "cache", studio_home / "cache", dirs_exist_ok=True)
    with Catalog.open(f"sqlite:///{studio_home / 'catalog.db'}") as catalog:
        paths = BuildPaths.below(studio_home, studio_home / "index")
        build_index(catalog, Bundle.open(PRETRAINED_BUNDLE), paths, progress=False)
        now = datetime.now(UTC)
        asked = ("MEN_Coats", 0.8, False, 9, 3, "en")
        searches = [SearchEvent(draw_id(), now, "s", *asked) for _ in range(5)]
        clicks = [ClickEvent(draw_id(), now, "similar", "mc-001-brown", place, "click") for place in (1, 1, 2, 7)]
        said = FeedbackEvent(draw_id(), now, searches[0].search_id, "colour", "similar", "mc-001-brown", 1)
        bought = ConversionEvent(draw_id(), now, "purchase", "mc-001-brown", "similar", None, 23500, "EUR")
        EventStore(catalog.database).add([*searches, *clicks, said, bought])
        RuleStore(catalog.database).add(RuleTerms("similar", "boost", "mc-001-brown", strength=1), by="ana")
    (studio_home / "rejects").mkdir(exist_ok=True)
    (studio_home / "rejects" / "index.csv").write_text("product_id,file,reason\nmc-001-burgundy,x.jpg,It is gone.\n")
    return studio_home


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_overflows(open_desk: Callable[..., Page], size: dict) -> None:
    """In either theme; in English and in Spanish the pages fit the window."""
    page = open_desk(**size)
    found = []
    for name, address in PAGES.items():
        page.goto(address)
        found += list_violations(page, name)
        assert overflow(page) <= 0, name
        page.goto(address + ("&" if "?" in address else "?") + "lang=es")
        assert overflow(page) <= 0, f"{name}, es"
        page.goto("/studio/?lang=en")
    assert found == []


def test_from_words_to_a_product_to_its_neighbour(desk: Page) -> None:
    """By keyboard: find, open, look at the map, go on to a neighbour."""
    desk.goto("/studio/products/")
    desk.get_by_label("Words or product id").fill("quilted burg")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**words=quilted**")
    link = desk.locator(".piece__name a").first
    link.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/studio/products/mc-**")
    spot = desk.locator("a.around__spot").last
    spot.focus()
    expect(desk.locator("[data-around-name]")).not_to_have_text("\u00a0")
    neighbour = spot.get_attribute("data-product")
    expect(desk.locator(f'.piece[data-product="{neighbour}"]')).to_have_class("piece is-shown")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/studio/products/{neighbour}")
    expect(desk.locator(".around__spot--own")).to_have_count(1)


def test_filters_act_when_they_are_chosen(desk: Page) -> None:
    """And stand in the form afterwards."""
    desk.goto("/studio/products/")
    desk.get_by_label("Category", exact=True).select_option("Bags")
    desk.wait_for_url("**category=Bags**")
    expect(desk.get_by_label("Category", exact=True)).to_have_value("Bags")
    desk.get_by_label("Import problems").check()
    desk.wait_for_url("**rejects=1**")
    expect(desk.get_by_role("heading", name="0 products")).to_be_visible()


def test_photos_on_the_map_can_be_touched(small_desk: Page) -> None:
    """On a phone each is at least 24 pixels wide, and they don't cover each other."""
    small_desk.goto(PAGES["product"])
    boxes = [box_of(spot) for spot in small_desk.locator("a.around__spot rect").all()]
    assert len(boxes) > 5
    assert min(box["width"] for box in boxes) >= 24
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = max(abs(one["x"] - other["x"]), abs(one["y"] - other["y"]))
            assert apart > 0.7 * one["width"]
